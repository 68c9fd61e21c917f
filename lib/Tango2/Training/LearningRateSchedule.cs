// The schedules of transformers' get_scheduler (v4.27) that Tango 2's training script offers, written from the formulas.
namespace Tango2.Training;

/// <summary>How a learning rate rises over the warm-up and falls after it.</summary>
public enum RateSchedule
{
    /// <summary>Linearly up from the first update on, then linearly down to a share of the peak: what small models train with.</summary>
    LinearToShare,

    /// <summary>Linearly up from 0, then linearly down to 0, as Tango 2 is trained.</summary>
    Linear,

    /// <summary>Linearly up from 0, then half a cosine down to 0.</summary>
    Cosine,

    /// <summary>The cosine as the script restarts it, which is once.</summary>
    CosineWithRestarts,

    /// <summary>Linearly up from 0, then linearly down to 1e−7.</summary>
    Polynomial,

    /// <summary>Linearly up from 0, then the peak.</summary>
    ConstantWithWarmup,
}

/// <summary>The learning rate of each update as a share of its peak: up over the warm-up, then down.</summary>
/// <remarks>In all but <see cref="RateSchedule.LinearToShare"/>, update 0 of a warm-up has the rate 0.</remarks>
internal static class LearningRateSchedule
{
    private const double PolynomialEnd = 1e-7;

    /// <summary>The learning rate of an update by a training's settings.</summary>
    /// <param name="options">Peak, schedule, warm-up and number of updates.</param>
    /// <param name="step">The update, from 0.</param>
    public static double Rate(TrainingOptions options, int step)
    {
        var (peak, warmup, total) = (options.LearningRate, options.WarmupSteps, options.Steps);
        return options.Schedule switch
        {
            RateSchedule.LinearToShare => LinearToShare(step, warmup, total, options.FinalRate, peak),
            RateSchedule.Linear => peak * Linear(step, warmup, total),
            RateSchedule.Cosine => peak * Cosine(step, warmup, total),
            RateSchedule.CosineWithRestarts => peak * CosineWithRestarts(step, warmup, total),
            RateSchedule.Polynomial => peak * Polynomial(step, warmup, total, peak),
            _ => peak * ConstantWithWarmup(step, warmup),
        };
    }

    private static double LinearToShare(int step, int warmup, int total, double finalRate, double peak)
    {
        if (step < warmup) return peak * (step + 1) / warmup;
        var left = 1 - (double)(step - warmup) / Math.Max(1, total - warmup);
        return peak * (finalRate + (1 - finalRate) * left);
    }

    /// <summary>Linearly up, then linearly down to 0.</summary>
    /// <param name="step">The update, from 0; beyond <paramref name="total"/> the share is 0.</param>
    /// <param name="warmup">Updates of the way up.</param>
    /// <param name="total">Updates in all.</param>
    /// <returns>In [0, 1].</returns>
    public static double Linear(int step, int warmup, int total) => step < warmup
        ? Rise(step, warmup)
        : Math.Max(0, (double)(total - step) / Math.Max(1, total - warmup));

    /// <summary>Linearly up, then the first half of a cosine down to 0.</summary>
    /// <inheritdoc cref="Linear"/>
    public static double Cosine(int step, int warmup, int total) => step < warmup
        ? Rise(step, warmup)
        : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * ((double)(step - warmup) / Math.Max(1, total - warmup)))));

    /// <summary>As <see cref="Cosine"/>, but 0 from the last update on: of the restarts the script asks for none.</summary>
    /// <inheritdoc cref="Linear"/>
    public static double CosineWithRestarts(int step, int warmup, int total) =>
        step >= Math.Max(warmup, total) ? 0 : Cosine(step, warmup, total);

    /// <summary>Linearly up, then linearly down to a rate of 1e−7: the polynomial of degree 1, which the script asks for.</summary>
    /// <inheritdoc cref="Linear"/>
    /// <param name="step">The update, from 0; beyond <paramref name="total"/> the rate is 1e−7.</param>
    /// <param name="warmup">Updates of the way up.</param>
    /// <param name="total">Updates in all.</param>
    /// <param name="peak">The learning rate at its peak.</param>
    public static double Polynomial(int step, int warmup, int total, double peak) => step < warmup
        ? Rise(step, warmup)
        : (PolynomialEnd + (peak - PolynomialEnd) * Linear(step, warmup, total)) / peak;

    /// <summary>Linearly up, then the peak without end.</summary>
    /// <inheritdoc cref="Linear"/>
    public static double ConstantWithWarmup(int step, int warmup) => step < warmup ? Rise(step, warmup) : 1;

    private static double Rise(int step, int warmup) => (double)step / Math.Max(1, warmup);
}
