using Tango2.Notebooks;

namespace Tango2.Tests.Notebooks;

public class PaceTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_long_cell_counts_for_what_it_takes_and_moves_while_it_runs()
    {
        var pace = new Pace([1, 98, 1], _clock);
        Assert.Equal((false, 0.0, 100.0), (pace.Begun, pace.Done, pace.Left));
        _clock.Advance(30); // it waits for its turn
        pace.Begin(1);
        Assert.Equal(100, pace.Left, 6);
        _clock.Advance(1);
        pace.Begin(2);
        Assert.Equal(99, pace.Left, 6);
        _clock.Advance(50);
        Assert.Equal((51.0, 49.0), (pace.Done, pace.Left));
        _clock.Advance(500); // longer than expected: it waits at the cell's end
        Assert.Equal((99.0, 1.0), (pace.Done, pace.Left));
    }

    [Fact]
    public void A_slow_machine_is_noticed_after_the_first_cells()
    {
        var pace = new Pace([95, 100], _clock);
        pace.Begin(1);
        _clock.Advance(195); // (95 + 5) of the cells' seconds in (195 + 5) of ours
        pace.Begin(2);
        Assert.Equal(0.5, pace.Rate, 6);
        Assert.Equal(200, pace.Left, 6);
        _clock.Advance(100);
        Assert.Equal(100, pace.Left, 6);
    }

    [Fact]
    public void After_the_last_cell_nothing_is_left()
    {
        var pace = new Pace([1, 2], _clock);
        pace.Begin(3);
        Assert.Equal((3.0, 0.0), (pace.Done, pace.Left));
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public void Advance(double seconds) => _now += (long)(1000 * seconds);

        public override long GetTimestamp() => _now;
    }
}
