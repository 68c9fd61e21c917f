using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tango2.Audio;
using Tango2.Files;
using Tango2.Mini.Foley;
using Tango2.Mini;
using Tango2.Pipelines;
using Tango2.Published;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 score</c>: how well sound files fit a prompt, by the mini CLAP models or by published ones.</summary>
internal static class ScoreVerb
{
    private static readonly (string Name, string Part)[] Models =
        [("a", "filters pairs"), ("b", "filters pairs"), ("judge", "evaluates only")];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private const int Beyond = 64;

    public static Command Build()
    {
        var files = new Argument<string[]>("file… prompt")
        {
            Description = "Sound files, of any sample rate and length (WAV, AIFF, MP3, Ogg Vorbis, or with ffmpeg FLAC and others), " +
                "and last the text to compare them with.",
            Arity = new(2, 100_000),
        };
        var model = new Option<string[]>("--model")
        {
            Description = $"A published CLAP: {string.Join(", ", PublishedClap.Names)}, or its .pt file; may be given several times. Without it the mini models listen.",
            AllowMultipleArgumentsPerToken = false,
        };
        var channels = Options.OneOf(
            "--channels", "Of several channels, hear the first or their mean (default: first, as the paper's training; mean for published models, as their code).",
            ChannelMix.First);
        var crops = ClapOptions.Crops();
        var roberta = ClapOptions.Roberta();
        var config = ClapOptions.Config();
        var device = Options.Device();
        var file = new Option<string?>("--out") { Description = "Also write the scores of published models as JSON." };
        var weights = Options.Weights();
        var command = new Command("score", "Score sound files against a prompt with CLAP models.")
        {
            files, model, channels, crops, roberta, config, device, file, weights,
        };
        command.SetAction(result =>
        {
            var words = result.GetRequiredValue(files);
            var (paths, prompt) = (words[..^1], Options.CheckedPrompt(words[^1]));
            foreach (var path in paths)
                if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.", path);
            var names = result.GetValue(model) ?? [];
            var mix = result.GetValue(channels);
            if (result.GetValue(file) is { } to) AtomicFile.Check(to, "--out");
            if (names.Length == 0)
            {
                if (result.GetValue(file) is not null) throw new ArgumentException("--out is for published models: name one with --model.");
                return Run(paths, mix, prompt, result.GetValue(weights));
            }
            if (result.GetResult(channels) is null or { Implicit: true }) mix = ChannelMix.Mean;
            return RunPublished(paths, mix, prompt, names, name => PublishedClap.Find(
                name, result.GetValue(roberta), result.GetValue(config), Devices.Named(result.GetRequiredValue(device))), result.GetValue(crops), result.GetValue(file));
        });
        return command;
    }

    /// <summary>What the mini models hear of a file: 16 kHz, and one clip long.</summary>
    /// <param name="waveform">Any rate, any length but none.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="channels">How it was made of the file's channels.</param>
    /// <returns>The clip, and a sentence on what was done to the file.</returns>
    internal static (Waveform Clip, string Changes) Clip(
        Waveform waveform, string name = "The file", ChannelMix channels = ChannelMix.First)
    {
        CheckSamples(waveform, name);
        var (rate, length) = (MiniScale.Mel.SampleRate, MiniScale.Mel.ClipSamples);
        // What is not heard is not resampled; the filters reach a few samples beyond the clip.
        var most = Math.Min(waveform.Samples.Length, (length + Beyond) * (long)waveform.SampleRate / rate + 1);
        var samples = Resampler.Resample(waveform with { Samples = waveform.Samples[..(int)most] }, rate).Samples;
        var clip = new float[length];
        samples.AsSpan(0, Math.Min(length, samples.Length)).CopyTo(clip);
        var changes = FormattableString.Invariant(
            $"{waveform.Seconds:0.00} s at {waveform.SampleRate} Hz, ") + Channels(waveform, channels) +
            (waveform.SampleRate == rate ? "" : $"; resampled to {rate} Hz") +
            (samples.Length == length ? "" : FormattableString.Invariant(
                $"; {(samples.Length > length ? "only the first" : "padded with silence to")} {(double)length / rate:0.00} s"));
        var heard = new Waveform(clip, rate);
        if (heard.IsSilent && !waveform.IsSilent)
            Warnings.Give(FormattableString.Invariant($"{name} is silent in the {(double)length / rate:0.00} s that the models hear."));
        return (heard, changes + ".");
    }

    private static void CheckSamples(Waveform waveform, string name)
    {
        if (waveform.Samples.Length == 0)
            throw new InvalidDataException($"{name} holds no samples: there is nothing to score. Generate or copy it again.");
    }

    private static string Channels(Waveform waveform, ChannelMix channels) => waveform.FileChannels == 1 ? "first channel"
        : $"{(channels == ChannelMix.Mean ? "mean" : "first")} of {waveform.FileChannels} channels";

    private static int Run(string[] paths, ChannelMix channels, string prompt, string? folder)
    {
        var weights = Options.ModelsOf(folder);
        FoleyWords.Warn(prompt);
        using var scope = torch.NewDisposeScope();
        var models = Models.Select(model => weights.Clap(model.Name)).ToArray();
        foreach (var path in paths)
        {
            using var inner = torch.NewDisposeScope();
            var (clip, changes) = Clip(Sound.Read(path, channels), path, channels);
            Console.WriteLine($"{path}: {changes}");
            var audio = clip.ToTensor();
            var table = new Table().Border(TableBorder.Simple).AddColumn("CLAP").AddColumn(new TableColumn("cosine").RightAligned())
                .AddColumn("its part");
            foreach (var (model, (name, part)) in models.Zip(Models))
                table.AddRow(name, model.Score(audio, [prompt])[0].ToString("0.000", CultureInfo.InvariantCulture), part);
            AnsiConsole.Write(table);
        }
        return 0;
    }

    private static int RunPublished(
        string[] paths, ChannelMix channels, string prompt, string[] names, Func<string, ClapScorer> find, ClapCrops? crops, string? file)
    {
        var clips = paths.Select(path =>
        {
            var clip = Sound.Read(path, channels);
            CheckSamples(clip, path);
            return clip;
        }).ToArray();
        var rows = new List<ScoreRow>();
        foreach (var name in names)
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var model = find(name);
            var text = model.Text([prompt]);
            rows.AddRange(paths.Zip(clips, (path, clip) =>
            {
                var reading = model.Read(clip, text, crops)[0];
                return new ScoreRow(path, model.Name, prompt, reading.Score, reading.Spread, reading.Crops,
                    FormattableString.Invariant($"{clip.Seconds:0.00} s at {clip.SampleRate} Hz, ") + Channels(clip, channels)
                        + (clip.Seconds <= model.WindowSeconds ? "" : $"; {crops ?? model.Crops}"));
            }));
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn("file").AddColumn("CLAP")
            .AddColumn(new TableColumn("cosine").RightAligned()).AddColumn(new TableColumn("spread").RightAligned()).AddColumn("what was heard");
        foreach (var row in rows)
            table.AddRow(
                Markup.Escape(row.File), Markup.Escape(row.Model), Shown(row.Score), row.Crops.Count == 1 ? "" : Shown(row.Spread), Markup.Escape(row.Heard));
        if (paths.Length > 1)
            foreach (var model in rows.GroupBy(row => row.Model))
                table.AddRow($"mean of {paths.Length}", Markup.Escape(model.Key), Shown(model.Average(row => row.Score)), "", "");
        AnsiConsole.Write(table);
        if (file is not null) AtomicFile.WriteText(file, JsonSerializer.Serialize(rows, Json) + "\n");
        return 0;
    }

    private static string Shown(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private sealed record ScoreRow(
        string File, string Model, string Prompt, double Score, double Spread, IReadOnlyList<double> Crops, string Heard);
}
