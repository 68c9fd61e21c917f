using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Training;
using static Tango2.Benchmarks.Cases.AudioCases;

namespace Tango2.Benchmarks.Cases;

/// <summary>A step of preference training: the library's own, and the same without some of its tricks.</summary>
internal sealed class PreferenceStep : TimedStep
{
    /// <summary>What the library does once per run: a batch's sound files to latents, and its prompts to states.</summary>
    public const string Preparing = "once per run: files and prompts encoded";

    private const string NoLatents = "latents encoded in each step", NoText = "text encoded in each step",
        NoFusedAdamW = "TorchSharp's own AdamW", NoFusedAttention = "attention of single operations", None = "none of these";

    private readonly PreferenceSizes _sizes;
    private readonly string[] _winnerFiles, _loserFiles;
    private readonly UNet2DConditionModel _policy, _reference;
    private readonly AutoencoderKL _vae;
    private readonly T5EncoderModel _text;
    private readonly TacotronMel _mel;
    private readonly Tensor _ids, _mask, _winners, _losers, _states;
    private readonly NoiseSchedule _schedule = new();
    private readonly FusedAdamW _fused;
    private readonly optim.Optimizer _plain;
    private readonly Generator _generator = new(1);
    private readonly PreferenceSet _pairs;
    private readonly IEnumerator<StepReport> _training;

    /// <summary>Builds the networks with random weights and prepares the batch.</summary>
    public PreferenceStep(PreferenceSizes sizes, string[] winners, string[] losers)
        : this(sizes, winners, losers, new(sizes.UNet), new(sizes.Vae), new(sizes.Text)) { }

    private PreferenceStep(
        PreferenceSizes sizes, string[] winners, string[] losers, UNet2DConditionModel policy, AutoencoderKL vae,
        T5EncoderModel text) : base(() => zeros(0), policy, vae, text)
    {
        (_sizes, _winnerFiles, _loserFiles, _policy, _vae, _text) = (sizes, winners, losers, policy, vae, text);
        (_reference, _mel) = (Evaluating(new UNet2DConditionModel(sizes.UNet)), new(sizes.Mel));
        (_, _) = (Evaluating(vae), Evaluating(text));
        _ids = randint(1, sizes.Text.VocabSize, [sizes.Pairs, sizes.Tokens], int64);
        _mask = ones(_ids.shape, dtype: @bool);
        using (no_grad()) (_winners, _losers, _states) = (Latents(winners), Latents(losers), Text());
        _pairs = new(
            _winners.clone(), _losers.clone(), new(_states.clone(), _mask.clone()),
            [.. Enumerable.Range(0, sizes.Pairs).Select(i => (long)i)]);
        _training = PreferenceTraining.Run(
            policy, new(TextToAudio.DenoiserOf(policy), TextToAudio.DenoiserOf(_reference), _schedule, new(_states[..1], _mask[..1])),
            _pairs, new()
            {
                Batch = sizes.Pairs,
                Beta = sizes.Beta,
                LearningRate = 1e-6,
                SftEpochs = 0,
                DpoEpochs = 100_000,
            }).GetEnumerator();
        _fused = new(policy.named_parameters());
        _plain = optim.AdamW(policy.parameters(), lr: 1e-6);
    }

    /// <summary>The step without one trick each, without all of them, and the cost of what is done once.</summary>
    public static IReadOnlyList<string> Variants { get; } =
        [NoLatents, NoText, NoFusedAdamW, NoFusedAttention, None, Preparing];

    /// <inheritdoc/>
    public override Tensor Run(string? variant)
    {
        using var gradients = enable_grad();
        if (variant is null) _training.MoveNext();
        else if (variant == Preparing) Prepare();
        else Step(
            variant is NoLatents or None, variant is NoText or None, variant is NoFusedAdamW or None,
            variant is NoFusedAttention or None);
        return zeros(0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _training.Dispose();
        foreach (var part in (IDisposable[])[_reference, _fused, _plain, _pairs, _schedule]) part.Dispose();
        foreach (var kept in (Tensor[])[_ids, _mask, _winners, _losers, _states]) kept.Dispose();
    }

    /// <summary>The step of <see cref="PreferenceTraining"/> and <see cref="Trainer"/>, taken apart.</summary>
    private void Step(bool encode, bool readPrompts, bool plainOptimizer, bool plainAttention)
    {
        using var scope = NewDisposeScope();
        backends.cuda.enable_flash_sdp(!plainAttention); // despite its name the switch of the processor's kernel, too
        _plain.zero_grad();
        var (winners, losers, states) = (_winners, _losers, _states);
        using (no_grad())
        {
            if (encode) (winners, losers) = (Latents(_winnerFiles), Latents(_loserFiles));
            if (readPrompts) states = Text();
        }
        var batch = new PairBatch(winners, losers, new(states, _mask));
        var draw = NoiseDraw.For(winners, _schedule, _generator);
        var own = Errors(_policy);
        PairErrors frozen;
        using (no_grad()) frozen = Errors(_reference);
        var terms = DiffusionDpo.Terms(own, frozen, _sizes.Beta);
        terms.Loss.backward();
        if (plainOptimizer) _plain.step();
        else _fused.Step(1e-6, maxNorm: 1);
        _ = terms.Loss.item<float>();
        backends.cuda.enable_flash_sdp(true);

        PairErrors Errors(UNet2DConditionModel network) =>
            PairErrors.Of(TextToAudio.DenoiserOf(network), _schedule, batch, draw);
    }

    private void Prepare()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _ = (Latents(_winnerFiles), Latents(_loserFiles), Text());
    }

    private Tensor Latents(string[] files)
    {
        using var scope = NewDisposeScope();
        var waves = cat([.. files.Select(f => TrainingAudio.Prepare(Sound.Read(f), _sizes.Mel))]); // [B, N]
        return _vae.EncodeToLatents(_mel.Transform(waves, _sizes.Mel.ClipFrames), _generator).MoveToOuterDisposeScope();
    }

    private Tensor Text() => _text.call(_ids, _mask);
}
