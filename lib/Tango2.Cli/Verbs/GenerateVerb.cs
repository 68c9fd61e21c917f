using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using Tango2.Audio;
using Tango2.Files;
using Tango2.Mini.Foley;
using Tango2.Mini;
using Tango2.Pipelines;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 generate</c>: one clip of sound from one prompt.</summary>
internal static class GenerateVerb
{
    public static Command Build()
    {
        var prompt = new Argument<string>("prompt") { Description = "What is to be heard, such as \"a dog barks, then rain\"." };
        var file = new Option<string>("--out") { Description = "The WAV file to write.", Required = true };
        var model = new Option<string>("--model")
        {
            Description = "base, aligned (after preference training), the NAME of another unet-NAME.safetensors in the folder " +
                "of the weights, or a path to such a file.",
            DefaultValueFactory = _ => "base",
        };
        var steps = Options.Integer(
            "--steps", $"Steps from noise to sound, 1 to {GenerationOptions.MostSteps}.", MiniScale.Generation.Steps,
            least: 1, most: GenerationOptions.MostSteps);
        var guidance = Options.Real(
            "--guidance", "Guidance scale, 0 or more; 0 ignores the text, 1 is without guidance.", MiniScale.Generation.GuidanceScale,
            scale => scale >= 0, "0 or more");
        var seed = Options.Seed("Same seed, same clip.");
        var sampler = Options.OneOf("--sampler", "ddpm, ddim or dpmsolver, which needs the fewest steps.", MiniScale.Generation.Sampler);
        var bits = Options.OneOf("--bits", "How the file stores samples.", WavSamples.Int16,
            ("16", WavSamples.Int16), ("24", WavSamples.Int24), ("float", WavSamples.Float32));
        var weights = Options.Weights();
        var command = new Command("generate", "Generate a clip from a prompt and write it as WAV.")
        {
            prompt, file, model, steps, guidance, seed, sampler, bits, weights,
        };
        command.SetAction(result =>
        {
            var path = result.GetRequiredValue(file);
            AtomicFile.Check(path, "--out");
            if (Path.GetExtension(path).ToLowerInvariant() is ".mp3" or ".flac" or ".ogg" or ".opus" or ".m4a" or ".aac" or ".aiff")
                Warnings.Give($"{path} will hold WAV, whatever its name says.");
            return Run(
                Options.CheckedPrompt(result.GetRequiredValue(prompt)), path, result.GetRequiredValue(model), result.GetValue(seed), result.GetValue(bits),
                new()
                {
                    Steps = result.GetValue(steps),
                    GuidanceScale = result.GetValue(guidance),
                    Sampler = result.GetValue(sampler),
                },
                Options.ModelsOf(result.GetValue(weights)));
        });
        return command;
    }

    private static int Run(
        string prompt, string path, string model, long seed, WavSamples bits, GenerationOptions options, MiniModels weights)
    {
        var clock = Stopwatch.StartNew();
        FoleyWords.Warn(prompt);
        var waveform = Watched($"Generating: {prompt}", () =>
        {
            using var scope = torch.NewDisposeScope();
            var tango = weights.TextToAudio(model);
            return Waveform.FromTensor(tango.Generate([prompt], [seed], options), tango.SampleRate);
        });
        if (!waveform.Samples.All(float.IsFinite))
            throw new ArgumentException(FormattableString.Invariant(
                $"The clip is no sound but NaN or infinity: choose less guidance than {options.GuidanceScale}, or other weights."));
        Wav.Write(path, waveform, bits);
        var peak = waveform.Samples.Max(Math.Abs);
        (AtomicFile.IsStream(path) ? Console.Error : Console.Out).WriteLine(FormattableString.Invariant(
            $"{path}: {waveform.Seconds:0.00} s at {waveform.SampleRate} Hz, peak {peak:0.000}, made in {clock.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }

    // On standard error, and for people only: standard output may be where the clip goes.
    private static T Watched<T>(string status, Func<T> work) => Console.IsErrorRedirected
        ? work()
        : AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Status()
            .Start(Markup.Escape(status), _ => work());
}
