using Tango2.Audio;
using Tango2.Display;
using Tango2.Hub;
using Tango2.Pipelines;

namespace Tango2.Published;

/// <summary>The model that the authors published, if the reader has it; nothing here downloads it.</summary>
public static class PublishedWeights
{
    /// <summary>Name of the environment variable with a folder of declare-lab/tango2, in place of the hub's cache.</summary>
    public const string Variable = "TANGO2_PUBLISHED";

    /// <summary>A clip of the published Tango 2 to hear; or a note that says what is missing.</summary>
    /// <param name="prompt">What is to be heard.</param>
    /// <param name="seed">Of its noise.</param>
    /// <param name="steps">Of DPM-Solver++; the paper's are 200 of DDPM, which takes as much longer.</param>
    /// <exception cref="InvalidDataException">A file of it is damaged, or does not fit the others; the message names it.</exception>
    public static Shown Hear(string prompt, long seed = 1, int steps = 10)
    {
        if (Found() is not { } snapshot)
            return new Note("Skipped: Tango 2 is not on this disk. `tango2 fetch tango2 --dry-run` tells what it would bring, and under which licence.");
        using var scope = NewDisposeScope();
        var tango = PublishedTango.Load(snapshot);
        var options = tango.Defaults with { Sampler = Sampler.DpmSolver, Steps = steps };
        return new AudioPlayer(Waveform.FromTensor(tango.Generate([prompt], [seed], options), tango.SampleRate), $"Tango 2: {prompt}");
    }

    private static Snapshot? Found()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
            return Directory.Exists(folder) ? new(folder) : throw new DirectoryNotFoundException($"{Variable} names {folder}, which does not exist.");
        return HubCache.FromEnvironment().Find("declare-lab/tango2");
    }
}
