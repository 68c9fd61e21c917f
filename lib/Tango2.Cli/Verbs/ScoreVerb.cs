using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tango2.Audio;
using Tango2.Files;
using Tango2.Mini.Foley;
using Tango2.Mini;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 score</c>: how well a sound file fits a prompt, by each CLAP model.</summary>
internal static class ScoreVerb
{
    private static readonly (string Name, string Part)[] Models =
        [("a", "filters pairs"), ("b", "filters pairs"), ("judge", "evaluates only")];

    private const int Beyond = 64;

    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "A sound file, of any sample rate and length: WAV, AIFF, MP3, Ogg Vorbis, or with ffmpeg FLAC and others." };
        var prompt = new Argument<string>("prompt") { Description = "The text to compare it with." };
        var channels = Options.OneOf("--channels", "Of several channels, hear the first, as the paper's code, or their mean.", ChannelMix.First);
        var weights = Options.Weights();
        var command = new Command("score", "Score a sound file against a prompt with the CLAP models.") { file, prompt, channels, weights };
        command.SetAction(result => Run(
            result.GetRequiredValue(file), result.GetValue(channels), Options.CheckedPrompt(result.GetRequiredValue(prompt)),
            result.GetValue(weights)));
        return command;
    }

    /// <summary>What the models hear of a file: 16 kHz, and one clip long.</summary>
    /// <param name="waveform">Any rate, any length but none.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="channels">How it was made of the file's channels.</param>
    /// <returns>The clip, and a sentence on what was done to the file.</returns>
    internal static (Waveform Clip, string Changes) Clip(
        Waveform waveform, string name = "The file", ChannelMix channels = ChannelMix.First)
    {
        if (waveform.Samples.Length == 0) throw new InvalidDataException($"{name} holds no samples: there is nothing to score.");
        var (rate, length) = (MiniScale.Mel.SampleRate, MiniScale.Mel.ClipSamples);
        // What is not heard is not resampled; the filters reach a few samples beyond the clip.
        var most = Math.Min(waveform.Samples.Length, (length + Beyond) * (long)waveform.SampleRate / rate + 1);
        var samples = Resampler.Resample(waveform with { Samples = waveform.Samples[..(int)most] }, rate).Samples;
        var clip = new float[length];
        samples.AsSpan(0, Math.Min(length, samples.Length)).CopyTo(clip);
        var changes = FormattableString.Invariant(
            $"{waveform.Seconds:0.00} s at {waveform.SampleRate} Hz, ") +
            (waveform.FileChannels == 1 ? "first channel"
                : $"{(channels == ChannelMix.Mean ? "mean" : "first")} of {waveform.FileChannels} channels") +
            (waveform.SampleRate == rate ? "" : $"; resampled to {rate} Hz") +
            (samples.Length == length ? "" : FormattableString.Invariant(
                $"; {(samples.Length > length ? "only the first" : "padded with silence to")} {(double)length / rate:0.00} s"));
        var heard = new Waveform(clip, rate);
        if (heard.IsSilent && !waveform.IsSilent)
            Warnings.Give(FormattableString.Invariant($"{name} is silent in the {(double)length / rate:0.00} s that the models hear."));
        return (heard, changes + ".");
    }

    private static int Run(string path, ChannelMix channels, string prompt, string? folder)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.", path);
        var (clip, changes) = Clip(Sound.Read(path, channels), path, channels);
        var weights = Options.ModelsOf(folder);
        FoleyWords.Warn(prompt);
        Console.WriteLine($"{path}: {changes}");
        using var scope = torch.NewDisposeScope();
        var audio = clip.ToTensor();
        string[] prompts = [prompt];
        var table = new Table().Border(TableBorder.Simple).AddColumn("CLAP").AddColumn(new TableColumn("cosine").RightAligned())
            .AddColumn("its part");
        foreach (var (name, part) in Models)
        {
            var cosine = weights.Clap(name).Score(audio, prompts)[0];
            table.AddRow(name, cosine.ToString("0.000", CultureInfo.InvariantCulture), part);
        }
        AnsiConsole.Write(table);
        return 0;
    }
}
