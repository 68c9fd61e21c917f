using Tango2.Training;

namespace Tango2.Tests.Training;

// Values of transformers' get_scheduler 4.27.1, divided by the peak of 9.6e-7.
public class LearningRateScheduleTests
{
    private const double Peak = 9.6e-7;

    [Fact]
    public void Polynomial_ends_at_a_rate_of_1e_7()
    {
        double At(int step) => LearningRateSchedule.Polynomial(step, warmup: 2, total: 12, Peak);
        Assert.Equal([0, 0.5, 1], [At(0), At(1), At(2)]);
        Assert.Equal(5.3e-7 / Peak, At(7), 1e-12);
        Assert.Equal(1e-7 / Peak, At(12), 1e-12);
        Assert.Equal(1e-7 / Peak, At(15), 1e-12);
    }

    [Fact]
    public void Cosine_with_restarts_stays_at_0_where_cosine_rises_again()
    {
        Assert.Equal(LearningRateSchedule.Cosine(6, 2, 12), LearningRateSchedule.CosineWithRestarts(6, 2, 12));
        Assert.True(LearningRateSchedule.Cosine(14, 2, 12) > 0.01);
        Assert.Equal([0.5, 0, 0], new[] { 1, 12, 14 }.Select(step => LearningRateSchedule.CosineWithRestarts(step, 2, 12)));
    }
}
