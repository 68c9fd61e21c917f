// Numerics of diffusers' DDPMScheduler (v0.18.2) with the scheduler settings of Stable Diffusion 2.1, written from
// the formulas. Those settings are the defaults here, since their repository is no longer online.
using System.Text.Json.Nodes;
using System.Text.Json;
using Tango2.Tensors;

namespace Tango2.Diffusion;

/// <summary>How much noise each timestep has, and the conversions between latents, noise and velocity.</summary>
public sealed class NoiseSchedule : IDisposable
{
    private readonly Tensor _alphasCumprod;
    private readonly float[] _values;

    /// <summary>Computes the tables.</summary>
    /// <param name="steps">Number of training timesteps.</param>
    /// <param name="betaStart">The first step's variance.</param>
    /// <param name="betaEnd">The last step's variance.</param>
    /// <param name="prediction">What the network's output means.</param>
    /// <param name="spacing">How the betas lie between the two.</param>
    public NoiseSchedule(
        int steps = 1000, double betaStart = 0.00085, double betaEnd = 0.012,
        PredictionType prediction = PredictionType.Velocity, BetaSpacing spacing = BetaSpacing.ScaledLinear)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        using var scope = NewDisposeScope();
        Steps = steps;
        Prediction = prediction;
        var betas = spacing == BetaSpacing.Linear
            ? linspace(betaStart, betaEnd, steps, dtype: float32, device: CPU)
            : linspace(Math.Sqrt(betaStart), Math.Sqrt(betaEnd), steps, dtype: float32, device: CPU).square();
        Betas = betas.data<float>().ToArray();
        _alphasCumprod = (1 - betas).cumprod(0).DetachFromDisposeScope();
        _values = _alphasCumprod.data<float>().ToArray();
    }

    /// <summary>Number of training timesteps; the paper's 1000.</summary>
    public int Steps { get; }

    /// <summary>What the network's output means.</summary>
    public PredictionType Prediction { get; }

    /// <summary>The variance each timestep adds.</summary>
    public IReadOnlyList<float> Betas { get; }

    /// <summary>ᾱ of each timestep: the part of the signal's variance that is left, from nearly 1 to nearly 0.</summary>
    public IReadOnlyList<float> AlphasCumprod => _values;

    /// <summary>ᾱ_t / (1 − ᾱ_t), the signal's variance over the noise's; [B].</summary>
    /// <param name="timesteps">t, [B], int64, in [0, steps).</param>
    public Tensor SignalToNoise(Tensor timesteps)
    {
        Shape.Check(timesteps, "B");
        using var scope = NewDisposeScope();
        var alphas = _alphasCumprod.to(timesteps.device)[timesteps];
        return (alphas / (1 - alphas)).MoveToOuterDisposeScope();
    }

    /// <summary>Reads a scheduler_config.json of diffusers, such as Stable Diffusion 2.1's.</summary>
    /// <remarks>Keys that only other samplers read are passed over.</remarks>
    /// <exception cref="InvalidDataException">The file asks for a schedule that is not built; the message says which.</exception>
    public static NoiseSchedule FromJson(string json)
    {
        var keys = JsonNode.Parse(json) as JsonObject
            ?? throw new InvalidDataException("A scheduler's configuration must be a JSON object, but is another value.");
        Only("clip_sample", false);
        Only("set_alpha_to_one", false);
        Only("steps_offset", 1);
        Only<JsonNode?>("trained_betas", null);
        var prediction = (string?)keys["prediction_type"] switch
        {
            "v_prediction" => PredictionType.Velocity,
            "epsilon" => PredictionType.Epsilon,
            var other => throw new InvalidDataException(
                $"prediction_type must be v_prediction or epsilon, but is {other ?? "missing"}."),
        };
        var spacing = (string?)keys["beta_schedule"] switch
        {
            "scaled_linear" => BetaSpacing.ScaledLinear,
            "linear" => BetaSpacing.Linear,
            var other => throw new InvalidDataException(
                $"beta_schedule must be scaled_linear or linear, but is {other ?? "missing"}."),
        };
        return new(
            Need("num_train_timesteps").GetValue<int>(), Need("beta_start").GetValue<double>(),
            Need("beta_end").GetValue<double>(), prediction, spacing);

        JsonNode Need(string key) =>
            keys[key] ?? throw new InvalidDataException($"{key} is missing in the scheduler's configuration.");

        void Only<T>(string key, T known)
        {
            var (found, expected) = (keys[key]?.ToJsonString() ?? "null", JsonSerializer.Serialize(known));
            if (found != expected) throw new InvalidDataException($"{key} must be {expected}, but is {found}.");
        }
    }

    /// <summary>z_t = √ᾱ_t·z_0 + √(1−ᾱ_t)·ε.</summary>
    /// <param name="latents">z_0, [B, C, T, F].</param>
    /// <param name="noise">ε, [B, C, T, F], standard normal.</param>
    /// <param name="timesteps">t, [B], int64, in [0, steps).</param>
    public Tensor AddNoise(Tensor latents, Tensor noise, Tensor timesteps)
    {
        Shape.Check(latents, "B, C, T, F").And(noise, "B, C, T, F").And(timesteps, "B");
        using var scope = NewDisposeScope();
        var (signal, deviation) = Scales(timesteps, latents);
        return (signal * latents + deviation * noise).MoveToOuterDisposeScope();
    }

    /// <summary>v_t = √ᾱ_t·ε − √(1−ᾱ_t)·z_0.</summary>
    /// <inheritdoc cref="AddNoise"/>
    public Tensor Velocity(Tensor latents, Tensor noise, Tensor timesteps)
    {
        Shape.Check(latents, "B, C, T, F").And(noise, "B, C, T, F").And(timesteps, "B");
        using var scope = NewDisposeScope();
        var (signal, deviation) = Scales(timesteps, latents);
        return (signal * noise - deviation * latents).MoveToOuterDisposeScope();
    }

    /// <summary>What the network should output: <see cref="Velocity"/> or the noise itself.</summary>
    /// <returns>[B, C, T, F], always a tensor of its own.</returns>
    /// <inheritdoc cref="AddNoise"/>
    public Tensor Target(Tensor latents, Tensor noise, Tensor timesteps) =>
        Prediction == PredictionType.Velocity ? Velocity(latents, noise, timesteps) : noise.clone();

    /// <summary>z_0 = √ᾱ_t·z_t − √(1−ᾱ_t)·v_t, or (z_t − √(1−ᾱ_t)·ε) / √ᾱ_t.</summary>
    /// <param name="noisyLatents">z_t, [B, C, T, F].</param>
    /// <param name="prediction">v_t or ε, as <see cref="Prediction"/> says, [B, C, T, F].</param>
    /// <param name="timesteps">t, [B], int64, in [0, steps).</param>
    public Tensor PredictedOriginal(Tensor noisyLatents, Tensor prediction, Tensor timesteps)
    {
        Shape.Check(noisyLatents, "B, C, T, F").And(prediction, "B, C, T, F").And(timesteps, "B");
        using var scope = NewDisposeScope();
        var (signal, deviation) = Scales(timesteps, noisyLatents);
        return Original(noisyLatents, prediction, signal, deviation).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="PredictedOriginal(Tensor, Tensor, Tensor)"/>, every row at the same timestep.</summary>
    /// <inheritdoc cref="PredictedOriginal(Tensor, Tensor, Tensor)"/>
    public Tensor PredictedOriginal(Tensor noisyLatents, Tensor prediction, int timestep)
    {
        using var scope = NewDisposeScope();
        var alpha = Alpha(timestep);
        return Original(noisyLatents, prediction, Math.Sqrt(alpha), Math.Sqrt(1 - alpha)).MoveToOuterDisposeScope();
    }

    /// <summary>ᾱ at a timestep, in double precision; 1 for negative ones, which lie beyond the clean end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The timestep is not below <see cref="Steps"/>.</exception>
    public double Alpha(int timestep)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(timestep, Steps);
        return timestep < 0 ? 1 : _values[timestep];
    }

    /// <summary>The timesteps of a walk of n steps, in falling order: they cover the whole schedule at any n.</summary>
    /// <remarks>
    /// With T training timesteps and k = ⌊T/n⌋: <see cref="TimestepSpacing.Leading"/>, the reference's, where it comes near the top,
    /// that is where n is 3 or more, k is 2 or more, and T − n·k, which it leaves out there, is less than k; 25, 50, 100
    /// and 200 are such n. Else <see cref="TimestepSpacing.Trailing"/>: at n = 501 the reference would start at 501 of 999, where
    /// the network expects a signal that is not there yet.
    /// </remarks>
    /// <param name="steps">n, in [1, training timesteps].</param>
    public IReadOnlyList<int> Timesteps(int steps)
    {
        CheckSteps(steps, Steps);
        var between = Steps / steps;
        var nearTheTop = steps >= 3 && between >= 2 && Steps - steps * between < between;
        return Timesteps(steps, nearTheTop ? TimestepSpacing.Leading : TimestepSpacing.Trailing);
    }

    /// <summary>The timesteps of a walk of n steps by a chosen spacing, in falling order.</summary>
    /// <param name="steps">n, in [1, training timesteps]; with all of them the first of the leading ones would lie outside the table.</param>
    /// <param name="spacing">The rule.</param>
    public IReadOnlyList<int> Timesteps(int steps, TimestepSpacing spacing)
    {
        CheckSteps(steps, spacing == TimestepSpacing.Leading ? Steps - 1 : Steps);
        // 0 itself is none of the evenly spaced ones, unless there are as many as the schedule has.
        if (spacing == TimestepSpacing.Linspace && steps == Steps) spacing = TimestepSpacing.Trailing;
        return [.. Enumerable.Range(1, steps).Reverse().Select(i => spacing switch
        {
            TimestepSpacing.Leading => (i - 1) * (Steps / steps) + 1,
            TimestepSpacing.Linspace => (int)Math.Round(i * ((double)(Steps - 1) / steps), MidpointRounding.ToEven),
            TimestepSpacing.Trailing => (int)((2L * i * Steps + steps) / (2L * steps)) - 1,
            _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "Unknown spacing."),
        })];
    }

    /// <summary>Timesteps that somebody chose: falling, and in the table.</summary>
    internal void CheckWalk(IReadOnlyList<int> timesteps)
    {
        if (timesteps.Count == 0 || timesteps[0] >= Steps || timesteps[^1] < 0
            || Enumerable.Range(1, timesteps.Count - 1).Any(i => timesteps[i] >= timesteps[i - 1]))
            throw new ArgumentException(
                $"timesteps must fall from at most {Steps - 1} to at least 0, but are {string.Join(", ", timesteps.Take(5))}…");
    }

    private void CheckSteps(int steps, int most)
    {
        if (steps < 1 || steps > most)
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps, $"steps must be from 1 to {most}: there are {Steps} training timesteps.");
    }

    /// <inheritdoc/>
    public void Dispose() => _alphasCumprod.Dispose();

    private Tensor Original(Tensor noisyLatents, Tensor prediction, Scalar signal, Scalar deviation) =>
        Prediction == PredictionType.Velocity
            ? signal * noisyLatents - deviation * prediction
            : (noisyLatents - deviation * prediction) / signal;

    private Tensor Original(Tensor noisyLatents, Tensor prediction, Tensor signal, Tensor deviation) =>
        Prediction == PredictionType.Velocity
            ? signal * noisyLatents - deviation * prediction
            : (noisyLatents - deviation * prediction) / signal;

    // √ᾱ and √(1−ᾱ) of each row, [B, 1, 1, 1].
    private (Tensor Signal, Tensor Deviation) Scales(Tensor timesteps, Tensor like)
    {
        var alphas = _alphasCumprod.to(timesteps.device)[timesteps].to(like.dtype, like.device).reshape(-1, 1, 1, 1);
        return (alphas.sqrt(), (1 - alphas).sqrt());
    }
}

/// <summary>What a denoising network's output means.</summary>
public enum PredictionType
{
    /// <summary>The noise ε in the noisy latents.</summary>
    Epsilon,

    /// <summary>The velocity v = √ᾱ·ε − √(1−ᾱ)·z_0, as the published network predicts.</summary>
    Velocity,
}

/// <summary>How the variances of a noise schedule lie between the first and the last.</summary>
public enum BetaSpacing
{
    /// <summary>Their square roots are evenly spaced: Stable Diffusion's, and Tango's.</summary>
    ScaledLinear,

    /// <summary>They are evenly spaced: DDPM's.</summary>
    Linear,
}

/// <summary>Where n timesteps of a walk lie among the T that the network was trained with.</summary>
public enum TimestepSpacing
{
    /// <summary>i·⌊T/n⌋ + 1: 996, 991, …, 1 for 200 of 1,000. The reference's for DDPM and DDIM.</summary>
    /// <remarks>The 1 is its steps_offset, which it honours since diffusers 0.18.0; before: 995, …, 0.</remarks>
    Leading,

    /// <summary>i·(T − 1)/n, rounded, without 0: 999, 949, … for 20. The reference's for DPM-Solver++.</summary>
    Linspace,

    /// <summary>i·T/n, rounded, less 1: 999, 949, …, 49 for 20. That of later schedulers.</summary>
    Trailing,
}
