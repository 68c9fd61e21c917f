using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using Tango2.Audio;
using Tango2.Pipelines;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 generate</c>: one clip of sound from one prompt.</summary>
public static class GenerateVerb
{
    private static readonly string[] Models = ["base", "aligned"];

    /// <summary>The verb.</summary>
    public static Command Build()
    {
        var prompt = new Argument<string>("prompt") { Description = "What is to be heard, such as \"a dog barks, then rain\"." };
        var file = new Option<string>("--out") { Description = "The WAV file to write.", Required = true };
        var model = new Option<string>("--model")
        {
            Description = "base, or aligned (after preference training).",
            DefaultValueFactory = _ => "base",
        };
        var steps = new Option<int>("--steps")
        {
            Description = "Steps from noise to sound, 1 to 999.",
            DefaultValueFactory = _ => GenerationOptions.Default.Steps,
        };
        var guidance = new Option<double>("--guidance")
        {
            Description = "Guidance scale, 0 or more; 1 is without guidance.",
            DefaultValueFactory = _ => GenerationOptions.Default.GuidanceScale,
        };
        var seed = new Option<long>("--seed") { Description = "Same seed, same clip.", DefaultValueFactory = _ => 1 };
        var sampler = new Option<string>("--sampler") { Description = "ddpm or ddim.", DefaultValueFactory = _ => "ddpm" };
        var weights = WeightsOption();
        var command = new Command("generate", "Generate a clip from a prompt and write it as 16-bit WAV.")
        {
            prompt, file, model, steps, guidance, seed, sampler, weights,
        };
        command.SetAction(result =>
        {
            var options = Options(
                result.GetValue(steps), result.GetValue(guidance), result.GetRequiredValue(sampler));
            return Run(
                CheckedPrompt(result.GetRequiredValue(prompt)), CheckedFile(result.GetRequiredValue(file)),
                CheckedModel(result.GetRequiredValue(model)), result.GetValue(seed), options, Weights(result.GetValue(weights)));
        });
        return command;
    }

    /// <summary>The option that names another folder of weights.</summary>
    internal static Option<string?> WeightsOption() => new("--weights")
    {
        Description = "Folder with the weights (default: data/mini of the repository).",
    };

    /// <summary>The weights of a folder, or the repository's.</summary>
    internal static ModelStore Weights(string? folder) => folder is null
        ? ModelStore.Default
        : Directory.Exists(folder)
            ? new(folder)
            : throw new DirectoryNotFoundException($"--weights: there is no folder {folder}.");

    /// <summary>A prompt that says something.</summary>
    internal static string CheckedPrompt(string prompt) => string.IsNullOrWhiteSpace(prompt)
        ? throw new ArgumentException("The prompt is empty: say what is to be heard.")
        : prompt;

    private static GenerationOptions Options(int steps, double guidance, string sampler)
    {
        if (steps is < 1 or > 999) throw new ArgumentException($"--steps must be from 1 to 999, but is {steps}.");
        if (!double.IsFinite(guidance) || guidance < 0)
            throw new ArgumentException(FormattableString.Invariant($"--guidance must be 0 or more, but is {guidance}."));
        return new()
        {
            Steps = steps,
            GuidanceScale = guidance,
            Sampler = sampler switch
            {
                "ddpm" => Sampler.Ddpm,
                "ddim" => Sampler.Ddim,
                _ => throw new ArgumentException($"--sampler must be ddpm or ddim, but is '{sampler}'."),
            },
        };
    }

    private static string CheckedFile(string path) => Directory.Exists(path)
        ? throw new ArgumentException($"--out must name a file, but {path} is a folder.")
        : path;

    private static string CheckedModel(string model) => Models.Contains(model)
        ? model
        : throw new ArgumentException($"--model must be base or aligned, but is '{model}'.");

    private static int Run(
        string prompt, string path, string model, long seed, GenerationOptions options, ModelStore weights)
    {
        var clock = Stopwatch.StartNew();
        var waveform = AnsiConsole.Status().Start(Markup.Escape($"Generating: {prompt}"), _ =>
        {
            using var scope = torch.NewDisposeScope();
            var clip = new TextToAudio(weights, model).Generate([prompt], [seed], options);
            return Waveform.FromTensor(clip, ModelStore.Mel.SampleRate);
        });
        Wav.Write(path, waveform);
        var peak = waveform.Samples.Max(Math.Abs);
        Console.WriteLine(FormattableString.Invariant(
            $"{path}: {waveform.Seconds:0.00} s at {waveform.SampleRate} Hz, peak {peak:0.000}, made in {clock.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }
}
