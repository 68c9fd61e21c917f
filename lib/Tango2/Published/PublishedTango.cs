using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Diffusion;
using Tango2.Files;
using Tango2.Hub;
using Tango2.Models;
using Tango2.Pipelines;

namespace Tango2.Published;

/// <summary>A published Tango, such as declare-lab/tango2: its files, and those of the repositories that they name.</summary>
public static class PublishedTango
{
    internal const string Main = "main_config.json";

    private const string MainWeights = "pytorch_model_main.bin", Vae = "vae_config.json", VaeWeights = "pytorch_model_vae.bin",
        Stft = "stft_config.json", StftWeights = "pytorch_model_stft.bin", Scheduler = "scheduler/scheduler_config.json",
        KnownScheduler = "stabilityai/stable-diffusion-2-1";

    /// <summary>The paper's steps and guidance; its script for many prompts takes eight at a time.</summary>
    internal static GenerationOptions Defaults { get; } = new() { BatchSize = 8 };

    /// <summary>Whether a folder is one of a published Tango.</summary>
    internal static bool Is(Snapshot snapshot) => snapshot.Has(Main) || snapshot.Has(MainWeights);

    /// <summary>Builds the pipeline and fills it, one tensor at a time.</summary>
    /// <remarks>
    /// The text encoder's weights are those of the snapshot; its configuration and tokenizer come from the repository that
    /// main_config.json names, in the hub's cache, or beside a plain folder. The denoiser's configuration is looked for at
    /// its path from the current folder, the snapshot's folder and those above; without it the published one is taken, if
    /// the weights are of its sizes. The scheduler's repository is no longer online: without it its content is taken as known.
    /// </remarks>
    /// <param name="snapshot">The files.</param>
    /// <param name="options">Where else to look, device and precision; null takes the defaults.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or does not fit the others; the message names it.</exception>
    public static TextToAudio Load(Snapshot snapshot, TangoOptions? options = null)
    {
        options ??= new();
        var cache = options.Cache ?? PublishedFiles.CacheOf(snapshot);
        var main = PublishedFiles.Read(snapshot.PathOf(Main), TangoConfig.FromJson);
        foreach (var file in new[] { MainWeights, Vae, VaeWeights, Stft, StftWeights }) _ = snapshot.PathOf(file);
        var text = TextEncoder(snapshot, main, options, cache);
        var (unet, source) = PublishedUNet.Config(snapshot, main, snapshot.PathOf(MainWeights), options.UNetConfig);
        var vae = PublishedFiles.Read(snapshot.PathOf(Vae), AutoencoderKLConfig.FromJson);
        var (mel, schedule) = (Mel(snapshot), Schedule(snapshot, main, cache));
        var (device, precision) = (options.Device ?? CPU, options.Precision);
        try
        {
            // Each in its type from the start, and where it is to be before the next: never two copies of any.
            var denoiser = PublishedFiles.Filled(
                Networks.Built(precision.OfDenoiser(), () => new UNet2DConditionModel(unet)), snapshot.PathOf(MainWeights), source)
                .Frozen().Moved(device, precision.OfDenoiser());
            var prompts = PublishedT5.Load(text, snapshot.PathOf(MainWeights), precision.OfTextEncoder());
            prompts.Move(device, precision.OfTextEncoder());
            var autoencoder = PublishedFiles.Filled(new AutoencoderKL(vae), snapshot.PathOf(VaeWeights), snapshot.PathOf(Vae)).Frozen();
            return new TextToAudio(
                prompts, denoiser, autoencoder.Moved(device, float32), Vocoder(snapshot.PathOf(VaeWeights)).Moved(device, float32), mel,
                schedule, Defaults)
            {
                AsPublished = true,
            };
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{snapshot.Folder}: {error.Message}", error);
        }
    }

    /// <summary>The files that <see cref="Load"/> reads, those of other repositories included.</summary>
    /// <exception cref="FileNotFoundException">One is missing; the message says what to do.</exception>
    internal static IReadOnlyList<(Snapshot Snapshot, string File)> Files(Snapshot snapshot, TangoOptions options)
    {
        var cache = options.Cache ?? PublishedFiles.CacheOf(snapshot);
        var main = PublishedFiles.Read(snapshot.PathOf(Main), TangoConfig.FromJson);
        var text = TextEncoder(snapshot, main, options, cache);
        var files = new[] { Main, MainWeights, Vae, VaeWeights, Stft, StftWeights }.Select(file => (snapshot, file))
            .Concat(new[] { "config.json", "spiece.model", "tokenizer_config.json" }.Where(text.Has).Select(file => (text, file))).ToList();
        if (PublishedFiles.Companion(main.SchedulerName, snapshot, cache) is { } found && found.Has(Scheduler)) files.Add((found, Scheduler));
        if (PublishedUNet.Config(snapshot, main, snapshot.PathOf(MainWeights), options.UNetConfig).Source is var source && File.Exists(source))
            files.Add((new(Path.GetDirectoryName(Path.GetFullPath(source))!), Path.GetFileName(source)));
        return files;
    }

    private static Snapshot TextEncoder(Snapshot snapshot, TangoConfig main, TangoOptions options, HubCache cache)
    {
        if (options.TextEncoder is { } folder)
            return Directory.Exists(folder) ? new(folder) : throw new DirectoryNotFoundException(
                $"There is no folder {folder} with the text encoder's config.json and spiece.model.");
        var name = main.TextEncoderName;
        return PublishedFiles.Companion(name, snapshot, cache) ?? throw new FileNotFoundException(
            $"{snapshot.PathOf(Main)} names the text encoder {name}, which is neither in the hub's cache, {cache.Folder}, nor in a " +
            $"folder {name.Split('/')[^1]} beside {snapshot.Folder}: fetch it with `tango2 fetch {name}`, or name its folder with " +
            "--text-encoder.");
    }

    private static NoiseSchedule Schedule(Snapshot snapshot, TangoConfig main, HubCache cache) =>
        PublishedFiles.Companion(main.SchedulerName, snapshot, cache) is { } found && found.Has(Scheduler)
            ? PublishedFiles.Read(found.PathOf(Scheduler), NoiseSchedule.FromJson)
            : KnownSchedule(snapshot, main);

    private static NoiseSchedule KnownSchedule(Snapshot snapshot, TangoConfig main)
    {
        if (main.SchedulerName != KnownScheduler)
            Warnings.Give($"{snapshot.PathOf(Main)} names the scheduler {main.SchedulerName}, which is not on this disk: that of {KnownScheduler} "
                + $"is used. `tango2 fetch {main.SchedulerName}` brings the other, if there is one.");
        return new();
    }

    /// <summary>The spectrograms' geometry, if the filters of the snapshot are those that it makes.</summary>
    private static MelConfig Mel(Snapshot snapshot)
    {
        const string Filters = "mel_basis";
        var (config, path) = (PublishedFiles.Read(snapshot.PathOf(Stft), MelConfig.FromJson), snapshot.PathOf(StftWeights));
        using var reader = CheckpointReader.Open(path);
        if (!reader.Entries.ContainsKey(Filters)) throw new InvalidDataException($"{path}: key '{Filters}' is missing.");
        using var scope = NewDisposeScope();
        var (found, made) = (reader.Read(Filters).to(float32), MelSpectrogram.Filters(config).t()); // [F, FftLength/2 + 1]
        if (!found.shape.SequenceEqual(made.shape) || !allclose(found, made, rtol: 1e-3, atol: 1e-5))
            throw new InvalidDataException(
                $"{path}: its mel filters [{string.Join(", ", found.shape)}] are not those [{string.Join(", ", made.shape)}] that " +
                $"{snapshot.PathOf(Stft)} makes{(found.shape.SequenceEqual(made.shape) ? ", but have other numbers" : "")}: take the files of one model.");
        return config;
    }

    /// <summary>The vocoder in the autoencoder's file: the published one, but for its width and its mel bins.</summary>
    private static HiFiGanGenerator Vocoder(string weights)
    {
        const string First = "vocoder.conv_pre.weight";
        var config = HiFiGanConfig.Tango2;
        using (var reader = CheckpointReader.Open(weights))
        {
            var shape = (reader.Entries.GetValueOrDefault(First) ?? reader.Entries.GetValueOrDefault(First + "_v"))?.Shape
                ?? throw new InvalidDataException($"{weights}: key '{First}' is missing, from which the vocoder's width is taken.");
            var stages = config.UpsampleRates.Count;
            if (shape.Count != 3 || shape[0] % (1 << stages) != 0 || shape[0] is < 1 or > int.MaxValue || shape[1] is < 1 or > int.MaxValue)
                throw new InvalidDataException(
                    $"{weights}: '{First}' must be [C, F, 7] with C a multiple of {1 << stages}, but is [{string.Join(", ", shape)}].");
            config = config with { UpsampleInitialChannel = (int)shape[0], NumMels = (int)shape[1] };
        }
        return PublishedFiles.Filled(new HiFiGanGenerator(config), weights, $"the published vocoder, {config.UpsampleInitialChannel} wide").Frozen();
    }
}

/// <summary>Finds the configuration of a published denoiser, which its repository only names.</summary>
internal static class PublishedUNet
{
    /// <summary>The configuration, and what messages call its place.</summary>
    /// <param name="snapshot">The files.</param>
    /// <param name="main">What names the configuration.</param>
    /// <param name="weights">The file with the weights.</param>
    /// <param name="chosen">A file that the user names; null for none.</param>
    public static (UNet2DConditionConfig Config, string Source) Config(
        Snapshot snapshot, TangoConfig main, string weights, string? chosen)
    {
        if (chosen is not null)
            return File.Exists(chosen) ? (PublishedFiles.Read(chosen, UNet2DConditionConfig.FromJson), chosen)
                : throw new FileNotFoundException($"There is no file {chosen} with the denoiser's configuration.", chosen);
        if (Found(snapshot, main) is { } path) return (PublishedFiles.Read(path, UNet2DConditionConfig.FromJson), path);
        if (Misfit(weights, UNet2DConditionConfig.Tango2) is not { } misfit) return (UNet2DConditionConfig.Tango2, "the published denoiser");
        var name = main.UnetModelConfigPath;
        throw new FileNotFoundException(
            $"{snapshot.PathOf(PublishedTango.Main)} " + (name is null ? "names no configuration of the denoiser"
                : $"names the denoiser's configuration {name}, which is not there from {Environment.CurrentDirectory}, nor from " +
                    $"{snapshot.Folder} or a folder above it") +
            $"; and the published one does not fit {weights}: {misfit}. Name the file with --unet-config.");
    }

    private static string? Found(Snapshot snapshot, TangoConfig main)
    {
        if (main.UnetModelConfigPath is not { Length: > 0 } name || name.Contains('\0', StringComparison.Ordinal)) return null;
        return Places(snapshot.Folder).Select(folder => Path.GetFullPath(name, folder)).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Places(string folder)
    {
        yield return Environment.CurrentDirectory;
        for (var at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at)) yield return at;
    }

    /// <summary>The first of the weights whose size is another than a configuration's; null if none is.</summary>
    private static string? Misfit(string weights, UNet2DConditionConfig config)
    {
        using var reader = CheckpointReader.Open(weights);
        var levels = config.BlockOutChannels;
        (string Key, int Axis, long Size)[] sizes =
        [
            ("conv_in.weight", 1, config.InChannels),
            .. levels.Index().Select(level => ($"down_blocks.{level.Index}.resnets.0.conv1.weight", 0, (long)level.Item)),
            ("down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1, config.CrossAttentionDim),
        ];
        foreach (var (key, axis, size) in sizes)
        {
            if (reader.Entries.GetValueOrDefault("unet." + key) is not { } entry) return $"there is no unet.{key}";
            if (entry.Shape.Count <= axis || entry.Shape[axis] != size)
                return $"unet.{key} is [{string.Join(", ", entry.Shape)}], and its size {axis} would be {size}";
        }
        return null;
    }
}
