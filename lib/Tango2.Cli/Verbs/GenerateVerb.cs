using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Cli.Generation;
using Tango2.Diffusion;
using Tango2.Files;
using Tango2.Hub;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tensors;
using Tango2.Text;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 generate</c>: sound from prompts, by a mini model or a published one.</summary>
internal static class GenerateVerb
{
    private static readonly Argument<string?> Prompt = new("prompt")
    {
        Description = "What is to be heard, such as \"a dog barks, then rain\".",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Prompts = new("--prompts")
    {
        Description = "A file of prompts in place of one: one a line, or a .csv, .tsv or .jsonl with a column of captions.",
    };

    private static readonly Option<string?> Column = new("--column")
    {
        Description = "The column with the captions (default: caption, captions or prompt).",
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The WAV file to write; with --prompts, or several samples, the folder for output_0.wav and so on.",
        Required = true,
    };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "tango2, tango-full-ft-audiocaps, tango2-full, a repository in the hub's cache, or a folder with a published " +
            "model; or of the mini models base, aligned (after preference training), the NAME of another unet-NAME.safetensors in " +
            "the folder of the weights, or a path to such a file (default: base, or tango2 at full scale).",
    };

    private static readonly Option<ModelScale> Scale = Options.OneOf(
        "--scale", "Look for the model among the mini ones or the published ones only.", ModelScale.Any);

    private static readonly Option<int?> Steps = Options.IntegerOrNull(
        "--steps", $"Steps from noise to sound, 1 to {GenerationOptions.MostSteps} (default: the model's own, 200 for Tango).",
        least: 1, most: GenerationOptions.MostSteps);

    private static readonly Option<double?> Guidance = Options.RealOrNull(
        "--guidance", "Guidance scale, 0 or more; 1, and less of a published model, is without guidance; at mini scale 0 ignores the text (default: the model's own, " +
        "3 for Tango).", scale => scale >= 0, "0 or more");

    private static readonly Option<long> Seed = Options.Seed("Same seed, same clip, but for the last bit in another batch; of many clips, each has the next.");

    private static readonly Option<Sampler> Way = Options.OneOf<Sampler>(
        "--sampler", "ddpm as the paper, ddim, or for few steps dpm++ and, with noise as ddpm has, sde-dpm++ (default: the model's own).", null,
        ("ddpm", Sampler.Ddpm), ("ddim", Sampler.Ddim), ("dpm++", Sampler.DpmSolver), ("dpmsolver", Sampler.DpmSolver),
        ("sde-dpm++", Sampler.SdeDpmSolver), ("sdedpmsolver", Sampler.SdeDpmSolver));

    private static readonly Option<bool> Fast = new("--fast")
    {
        Description = $"sde-dpm++ in {GenerationOptions.FewSteps} steps, at mini scale no worse than ddpm in 200 (notebook 01); " +
            "--steps, --sampler, --spacing and --eta still override it.",
    };

    private static readonly Option<TimestepSpacing> Spacing = Options.OneOf<TimestepSpacing>(
        "--spacing", "Where the steps lie (default: linspace for dpm++ and sde-dpm++, else leading as the paper's code; of mini models where " +
            "that comes near the top). In few steps of ddpm and ddim trailing is the better one.", null,
        ("leading", TimestepSpacing.Leading), ("linspace", TimestepSpacing.Linspace), ("trailing", TimestepSpacing.Trailing));

    private static readonly Option<double?> Eta = Options.RealOrNull(
        "--eta", "Of ddim: the part of ddpm's noise that is drawn on the way, 0 to 1 (default: 0).",
        eta => eta is >= 0 and <= 1, "from 0 to 1");

    private static readonly Option<WavSamples> Bits = Options.OneOf("--bits", "How the file stores samples.", WavSamples.Int16,
        ("16", WavSamples.Int16), ("24", WavSamples.Int24), ("float", WavSamples.Float32));

    private static readonly Option<int> Samples = Options.Integer(
        "--samples-per-prompt", "Clips of each prompt; several go into folders sample_1 and so on.", 1, least: 1, most: 1000);

    private static readonly Option<int?> Batch = Options.IntegerOrNull(
        "--batch", "Clips made together (default: the model's own).", least: 1, most: 4096);

    private static readonly Option<string> Place = Options.Device();

    private static readonly Option<Precision> Numbers = Options.OneOf(
        "--precision", "Number type of the denoiser's weights; float32 is the paper's; auto is bfloat16 where the processor has it.", Precision.Float32,
        ("float32", Precision.Float32), ("bfloat16", Precision.BFloat16), ("float16", Precision.Float16),
        ("auto", Processor.HasBFloat16 ? Precision.BFloat16 : Precision.Float32));

    private static readonly Option<string?> Negative = new("--negative")
    {
        Description = "What is not to be heard; of AudioLDM 2.",
    };

    private static readonly Option<double?> Seconds = Options.RealOrNull(
        "--seconds", "Length of the clips; of AudioLDM 2 (default: the model's own).", seconds => seconds is > 0 and <= 600, "above 0 and at most 600");

    private static readonly Option<int> BestOf = Options.Integer(
        "--best-of", "Clips made of each prompt, of which the best by CLAP is kept; of AudioLDM 2.", 1, least: 1, most: 100);

    private static readonly Option<string?> UNetConfig = new("--unet-config")
    {
        Description = "A published model's denoiser configuration, where it is not found (configs/diffusion_model_config.json).",
    };

    private static readonly Option<string?> TextEncoder = new("--text-encoder")
    {
        Description = "A folder with a published model's text encoder (config.json, spiece.model), where it is not found.",
    };

    private static readonly Option<string?> Weights = Options.Weights();

    public static Command Build()
    {
        var command = new Command("generate", "Generate clips from prompts and write them as WAV.")
        {
            Prompt, Prompts, Column, Out, Model, Scale, Steps, Guidance, Seed, Fast, Way, Spacing, Eta, Bits, Samples, Batch, Place,
            Numbers, Negative, Seconds, BestOf, UNetConfig, TextEncoder, Weights,
        };
        command.SetAction((result, cancellation) => Task.Run(() => Run(result, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult result, CancellationToken cancellation)
    {
        var (prompt, list, path) = (result.GetValue(Prompt), result.GetValue(Prompts), result.GetRequiredValue(Out));
        if (prompt is null == list is null)
            throw new ArgumentException(prompt is null
                ? "Name a prompt, or a file of prompts with --prompts." : "Name a prompt or a file of prompts with --prompts, not both.");
        if (list is null && result.GetValue(Column) is not null) throw new ArgumentException("--column is of a file: name it with --prompts.");
        var many = list is not null || result.GetValue(Samples) > 1;
        if (many) AtomicFile.CheckFolder(path, "--out");
        else CheckFile(path);
        var prompts = list is null ? [Options.CheckedPrompt(prompt!)] : PromptList.Read(list, result.GetValue(Column));
        var place = Devices.Named(result.GetRequiredValue(Place));
        var model = ChosenModel.Of(result.GetValue(Model), new(result.GetValue(Scale), result.GetValue(Weights), new TangoOptions
        {
            UNetConfig = result.GetValue(UNetConfig),
            TextEncoder = result.GetValue(TextEncoder),
            Device = place,
            Precision = result.GetValue(Numbers),
        }));
        var more = new AudioLdm2Choice(result.GetValue(Negative), result.GetValue(Seconds), result.GetValue(BestOf));
        more.Check(model);
        foreach (var one in prompts) model.Warn(one);
        if (result.GetValue(Guidance) is < 1 and var guidance && model.IsPublished)
            Warnings.Give(FormattableString.Invariant($"--guidance {guidance} is without guidance, as 1 is: published models have none below 1."));
        using var scope = torch.NewDisposeScope();
        var clips = new Clips(model, more, result.GetValue(Bits) is var bits && bits == WavSamples.Int16 ? model.Samples16 : bits, Chosen, cancellation);
        return many ? Many(result, prompts, clips) : One(path, prompts[0], result.GetValue(Seed), clips, place);

        GenerationOptions Chosen(GenerationOptions defaults)
        {
            if (result.GetValue(Fast)) defaults = defaults.InFewSteps();
            var chosen = defaults with
            {
                Steps = result.GetValue(Steps) ?? defaults.Steps,
                GuidanceScale = result.GetValue(Guidance) ?? defaults.GuidanceScale,
                Sampler = Given(Way) ?? defaults.Sampler,
                Spacing = Given(Spacing) ?? defaults.Spacing,
                Eta = result.GetValue(Eta) ?? defaults.Eta,
                BatchSize = result.GetValue(Batch) ?? defaults.BatchSize,
            };
            chosen.Validate();
            return chosen;
        }

        T? Given<T>(Option<T> option) where T : struct =>
            result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : null;
    }

    private static void CheckFile(string path)
    {
        AtomicFile.Check(path, "--out");
        if (Path.GetExtension(path).ToLowerInvariant() is ".mp3" or ".flac" or ".ogg" or ".opus" or ".m4a" or ".aac" or ".aiff")
            Warnings.Give($"{path} will hold WAV, whatever its name says.");
    }

    private static int One(string path, string prompt, long seed, Clips clips, torch.Device place)
    {
        var clock = Stopwatch.StartNew();
        var calls = new CallClock(place);
        var (waveform, wav) = CallProgress.Watched(
            $"Generating: {prompt}", progress => clips.Make([new(path, prompt, seed)], calls.Noting(progress))[0]);
        AtomicFile.Write(path, stream => stream.Write(wav));
        (AtomicFile.IsStream(path) ? Console.Error : Console.Out).WriteLine(FormattableString.Invariant(
            $"{path}: {waveform.Seconds:0.00} s at {waveform.SampleRate} Hz, peak {waveform.Samples.Max(Math.Abs):0.000}, ") +
            FormattableString.Invariant($"{calls}, made in {clock.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    private static int Many(ParseResult result, IReadOnlyList<string> prompts, Clips clips)
    {
        var clock = Stopwatch.StartNew();
        var plan = PlannedFile.Of(prompts, result.GetValue(Samples), result.GetValue(Seed));
        var folder = new ClipFolder(result.GetRequiredValue(Out), plan, clips.Settings(result));
        var missing = folder.Missing();
        var batches = missing.Chunk(clips.Options.BatchSize).ToArray();
        var calls = missing.Count == 0 ? 0 : CallProgress.Watched($"Generating {missing.Count} clips", progress =>
        {
            var all = 0;
            foreach (var (index, batch) in batches.Index())
            {
                var made = clips.Make(batch, (done, of) => progress(index * of + done, all = batches.Length * of));
                folder.Write([.. batch.Zip(made, (clip, sound) => (clip, sound.Wav))]);
                if (index == 0) clips.Lock(folder.Path);
                CallProgress.Line($"{Math.Min((index + 1) * clips.Options.BatchSize, missing.Count)} of {missing.Count} clips", clock.Elapsed, index + 1, batches.Length);
            }
            return all;
        });
        Console.Out.WriteLine(FormattableString.Invariant(
            $"{folder.Path}: {plan.Count} clips, {missing.Count} of them made now with {calls} network calls in {clock.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    /// <summary>Makes clips by the chosen model, which is read when it is first needed.</summary>
    private sealed class Clips(
        ChosenModel model, AudioLdm2Choice more, WavSamples samples, Func<GenerationOptions, GenerationOptions> chosen,
        CancellationToken cancellation)
    {
        private readonly Lazy<ITextToAudio> _pipeline = new(model.Load);

        public GenerationOptions Options { get; } = chosen(model.Defaults);

        /// <summary>What makes a clip beside its prompt and seed.</summary>
        public JsonObject Settings(ParseResult result)
        {
            var settings = new JsonObject
            {
                ["model"] = model.Name,
                ["weights"] = model.Digest(),
                ["sampler"] = $"{Options.Sampler}".ToLowerInvariant(),
                ["steps"] = Options.Steps,
                ["guidance"] = Options.GuidanceScale,
                ["precision"] = $"{result.GetValue(Numbers)}".ToLowerInvariant(),
                ["device"] = result.GetRequiredValue(Place).Split(':')[0],
                ["samples"] = $"{samples}".ToLowerInvariant(),
            };
            if (Options.Spacing is { } spacing) settings["spacing"] = $"{spacing}".ToLowerInvariant();
            if (Options.Eta > 0) settings["eta"] = Options.Eta;
            more.AddTo(settings);
            return settings;
        }

        /// <summary>Writes what the clips of a folder were made with, if that was published.</summary>
        public void Lock(string folder)
        {
            if (model.Files() is { Count: > 0 } files) LockFile.Record(LockFile.Beside(folder), files);
        }

        /// <summary>The clips with the bytes of their files; in one batch if there are no more than a batch has.</summary>
        public (Waveform Sound, byte[] Wav)[] Make(IReadOnlyList<PlannedFile> clips, Action<int, int> progress)
        {
            using var scope = torch.NewDisposeScope();
            var tango = _pipeline.Value;
            var sounds = more.Generate(tango, [.. clips.Select(c => c.Prompt)], [.. clips.Select(c => c.Seed)], Options, (done, of) =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress(done, of);
            });
            return [.. clips.Select((_, i) => Encoded(Waveform.FromTensor(sounds[i], tango.SampleRate)))];
        }

        private (Waveform, byte[]) Encoded(Waveform sound) => sound.Samples.All(float.IsFinite)
            ? (sound, Wav.Encode(sound, samples))
            : throw new ArgumentException(FormattableString.Invariant(
                $"The clip is no sound but NaN or infinity: choose less guidance than {Options.GuidanceScale}, or other weights."));
    }
}
