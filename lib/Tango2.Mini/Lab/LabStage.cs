using Tango2.Files;
using Tango2.Checkpoints;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>One stage of making the mini models: a lesson, which trains a network, or other work.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Purpose">What it makes, in a line.</param>
/// <param name="Test">Measures on test data what the stage reached; names tell the units.</param>
internal abstract record LabStage(string Name, string Purpose, Func<LabOptions, IReadOnlyDictionary<string, double>> Test)
{
    /// <summary>Whether it runs only when it is named.</summary>
    public bool Optional { get; init; }

    /// <summary>What its making takes from others. Unfinished work belongs to these very files.</summary>
    public IReadOnlyList<LabProduct> Needs { get; init; } = [];

    /// <summary>What it makes, and its test reads.</summary>
    public IReadOnlyList<LabProduct> Makes { get; init; } = [];

    /// <summary>What its test takes from others.</summary>
    public IReadOnlyList<LabProduct> TestNeeds { get; init; } = [];

    /// <summary>The folder beside the weights where it keeps what its parts have made, until `--again`; null of most.</summary>
    public string? Kept { get; init; }

    /// <summary>Whether its test measures; if not, it measures while it works, and only working measures again.</summary>
    public bool TestMeasures { get; init; } = true;
}

/// <summary>A stage that trains a network and saves its weights.</summary>
/// <param name="Name">Its name on the command line; the weights' file has it too.</param>
/// <param name="Purpose">What it makes, in a line.</param>
/// <param name="Prepare">Builds the network and gets the data ready. Torch's own generator has been seeded for it.</param>
/// <param name="Test">Measures on test data what the stage reached; names tell the units.</param>
internal sealed record LessonStage(
    string Name, string Purpose, Func<LabOptions, Lesson> Prepare, Func<LabOptions, IReadOnlyDictionary<string, double>> Test)
    : LabStage(Name, Purpose, Test)
{
    /// <summary>Whether its data can lie on a GPU; a stage that cannot trains on the CPU, whatever the device.</summary>
    public bool OnDevice { get; init; }

    /// <summary>Trains and saves; yields a report after every step.</summary>
    public IEnumerable<StepReport> Fit(LabOptions options)
    {
        manual_seed(Seeds.Derive(options.Seed, Name));
        if (!OnDevice && options.Device.type != DeviceType.CPU)
            Warnings.Give($"{Name} trains on the CPU: it has no other place for its data.");
        using var lesson = Prepare(options).To(OnDevice ? options.Device : CPU);
        foreach (var report in lesson.Run(options.StatePath(Name), options.Origin)) yield return report;
        lesson.Save(options.Models.PathOf($"{Name}.safetensors"));
    }
}

/// <summary>A stage that trains no network of its own, or many.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Purpose">What it makes, in a line.</param>
/// <param name="Work">Does it; yields how far it is.</param>
/// <param name="Test">Measures what the stage reached; names tell the units.</param>
internal sealed record WorkStage(
    string Name, string Purpose, Func<LabOptions, IEnumerable<Progress>> Work,
    Func<LabOptions, IReadOnlyDictionary<string, double>> Test) : LabStage(Name, Purpose, Test);

/// <summary>A network and how it is trained.</summary>
/// <param name="network">What is trained.</param>
/// <param name="run">Trains it, given the state's file and what the run belongs to.</param>
/// <param name="owned">What is freed at the end: the network, and the data.</param>
internal sealed class Lesson(
    nn.Module network, Func<string, IReadOnlyDictionary<string, string>, IEnumerable<StepReport>> run,
    params IReadOnlyList<IDisposable> owned) : IDisposable
{
    /// <summary>A lesson by the common loop.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="training">Steps, learning rate and so on.</param>
    /// <param name="loss">The loss of step n, from 0; it depends on n alone.</param>
    /// <param name="owned">What is freed at the end: the network, and the data.</param>
    public Lesson(
        nn.Module network, TrainingOptions training, Func<int, Objective> loss, params IReadOnlyList<IDisposable> owned)
        : this(network, (state, origin) => Trainer.Run(network, training, loss, state, origin), owned) { }

    /// <summary>What is saved: the part of the network that is not thrown away after training.</summary>
    public nn.Module Saved { get => field ?? network; init; }

    /// <summary>What else happens after training; what it returns is saved beside the weights.</summary>
    public Func<IReadOnlyDictionary<string, string>?> After { get; init; } = () => null;

    /// <summary>Moves the network, in place.</summary>
    public Lesson To(Device device)
    {
        network.to(device);
        return this;
    }

    /// <summary>Trains, as the reports are read.</summary>
    public IEnumerable<StepReport> Run(string statePath, IReadOnlyDictionary<string, string> origin) => run(statePath, origin);

    /// <summary>Saves the weights in half precision.</summary>
    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var metadata = After();
        StateDict.Save(path, Saved, half: true, metadata);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in owned) each.Dispose();
    }
}
