using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tango2.Notebooks;

/// <summary>A progress bar for each notebook that has begun, and one for all if there are several.</summary>
/// <param name="context">Where the bars are.</param>
/// <param name="atOnce">How many notebooks run at a time.</param>
internal sealed class ProgressBars(ProgressContext context, int atOnce)
{
    private readonly List<Bar> _bars = [];
    private ProgressTask? _all;

    /// <summary>What a progress line shows.</summary>
    public static ProgressColumn[] Columns =>
    [
        new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
        new TimeLeftColumn(), new SpinnerColumn(),
    ];

    /// <summary>A notebook that will run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seconds">What each of its code cells takes, roughly.</param>
    public Bar Add(string name, IReadOnlyList<double> seconds)
    {
        if (_bars.Count == 1) _all = context.AddTask("all notebooks");
        _bars.Add(new(context, Markup.Escape(name), seconds));
        return _bars[^1];
    }

    /// <summary>Keeps the bars moving until the notebooks have run.</summary>
    public async Task Until(Task run)
    {
        do Show(); while (await Task.WhenAny(run, Task.Delay(500)) != run);
        Show();
        await run;
    }

    private void Show()
    {
        foreach (var bar in _bars) bar.Show();
        if (_all is null) return;
        var pace = _bars.Select(bar => bar.Pace).Where(p => p.Begun).Select(p => p.Rate).DefaultIfEmpty(1).Average();
        var left = _bars.Select(bar => bar.Pace).Select(p => p.Begun ? p.Left : p.Total / pace).ToArray();
        Show(_all, _bars.Sum(bar => bar.Pace.Done), _bars.Sum(bar => bar.Pace.Total), Math.Max(left.Max(), left.Sum() / atOnce));
    }

    private static void Show(ProgressTask task, double done, double total, double left)
    {
        (task.MaxValue, task.Value) = (total, done);
        task.State.Update<double>(nameof(Pace.Left), _ => left);
    }

    /// <summary>One notebook's bar; it appears when the first cell begins.</summary>
    internal sealed class Bar(ProgressContext context, string name, IReadOnlyList<double> seconds)
    {
        private ProgressTask? _task;

        /// <summary>How far it is.</summary>
        public Pace Pace { get; } = new(seconds, TimeProvider.System);

        /// <summary>A code cell begins.</summary>
        /// <param name="cell">Its number, from 1.</param>
        public void Begin(int cell)
        {
            Pace.Begin(cell);
            Task.Description = $"{name} cell {cell}/{seconds.Count}";
        }

        /// <summary>The notebook has ended.</summary>
        /// <param name="ran">Whether all cells ran; otherwise the bar stays where it was.</param>
        public void End(bool ran)
        {
            Pace.Begin(seconds.Count + 1);
            Task.Description = ran ? name : $"[red]{name} failed[/]";
            if (ran) Show();
            Task.StopTask();
        }

        /// <summary>Brings the bar up to date.</summary>
        public void Show()
        {
            if (_task is { IsFinished: false }) ProgressBars.Show(_task, Pace.Done, Pace.Total, Pace.Left);
        }

        private ProgressTask Task => _task ??= context.AddTask(name);
    }

    private sealed class TimeLeftColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Spectre.Console.Text(
            $@"{TimeSpan.FromSeconds(task.State.Get<double>(nameof(Pace.Left))):h\:mm\:ss} left", Color.Blue);
    }
}

/// <summary>How far a notebook is, and how long it still takes: what its cells took elsewhere, at the rate of this run.</summary>
/// <param name="seconds">What each code cell takes, roughly, on some machine.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(IReadOnlyList<double> seconds, TimeProvider time)
{
    /// <summary>Seconds of both, before the run's own rate counts as much as the machine's that the cells were timed on.</summary>
    private const double Trust = 5;

    private Running? _now; // whole, as others read it meanwhile

    /// <summary>Seconds of all cells.</summary>
    public double Total { get; } = seconds.Sum();

    /// <summary>Whether a cell has begun.</summary>
    public bool Begun => _now is not null;

    /// <summary>Seconds that the cells' numbers say for each second of this run: above 1 on a faster machine.</summary>
    public double Rate => _now?.Rate ?? 1;

    /// <summary>Seconds of the cells that ran, and of the one that runs as much as it should have by now.</summary>
    public double Done => _now is { } now ? now.Before + Math.Min(now.Cell, now.Rate * Elapsed(now.Since)) : 0;

    /// <summary>The seconds that are left.</summary>
    public double Left => (Total - Done) / Rate;

    /// <summary>A code cell begins.</summary>
    /// <param name="cell">Its number, from 1; one more than there are cells when all have run.</param>
    public void Begin(int cell)
    {
        var first = _now?.First ?? time.GetTimestamp();
        var before = seconds.Take(cell - 1).Sum();
        _now = new(
            before, seconds.ElementAtOrDefault(cell - 1), (before + Trust) / (Elapsed(first) + Trust), first, time.GetTimestamp());
    }

    private double Elapsed(long since) => time.GetElapsedTime(since).TotalSeconds;

    private sealed record Running(double Before, double Cell, double Rate, long First, long Since);
}
