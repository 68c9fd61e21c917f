using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// Where a stage keeps what it has made so far. A file tells what the work belongs to: the models' folder, seed, effort and
/// the files that the stage takes from others. Work of another origin is neither used nor overwritten.
/// </summary>
internal sealed class StageFolder
{
    private const string OriginFile = "origin.json";
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, string> _origin;
    private readonly double _earlier;
    private TimeSpan _written;

    private StageFolder(string path, Content content)
    {
        (_path, _origin, _earlier, Seconds) = (path, content.Origin, content.Seconds, content.Seconds);
        Directory.CreateDirectory(path);
        Write();
    }

    /// <summary>The time spent on the stage so far, in all parts.</summary>
    public double Seconds { get; private set; }

    /// <summary>The path of a file in a stage's folder.</summary>
    public static string PathOf(LabOptions options, string stage, params ReadOnlySpan<string> file) =>
        Path.Combine([options.WorkFolder, stage, .. file]);

    /// <summary>Opens a stage's folder to go on with what is there; makes it where there is none.</summary>
    /// <exception cref="InvalidDataException">What is there belongs to another run; the message tells what differs.</exception>
    public static StageFolder Open(LabOptions options, LabStage stage)
    {
        var path = PathOf(options, stage.Name);
        return new(path, Existing(options, stage) ?? new(Origin(options, stage), 0));
    }

    /// <summary>Checks that what a stage has left, if anything, belongs to this run.</summary>
    /// <param name="options">The run.</param>
    /// <param name="stage">Its folder is looked at.</param>
    /// <param name="coming">Stages that will still be trained, so that their files do not count.</param>
    /// <exception cref="InvalidDataException">It belongs to another run; the message tells what differs.</exception>
    public static void Check(LabOptions options, LabStage stage, params IReadOnlyCollection<string> coming) =>
        Existing(options, stage, coming);

    /// <summary>Forgets all that a stage has left.</summary>
    public static void Delete(LabOptions options, string stage)
    {
        if (Directory.Exists(PathOf(options, stage))) Directory.Delete(PathOf(options, stage), recursive: true);
    }

    /// <summary>Notes the time of this part of the run.</summary>
    public void Spend(TimeSpan time)
    {
        Seconds = _earlier + time.TotalSeconds;
        if (time - _written < BetweenWrites) return;
        _written = time;
        Write();
    }

    /// <summary>Drops the state of a finished training; what others need, such as candidates, stays.</summary>
    public void Finish()
    {
        File.Delete(Path.Combine(_path, LabOptions.StateFile));
        if (Directory.GetFileSystemEntries(_path).All(entry => Path.GetFileName(entry) == OriginFile))
            Directory.Delete(_path, recursive: true);
    }

    private void Write() => LabJson.Write(Path.Combine(_path, OriginFile), new Content(_origin, Math.Round(Seconds, 2)));

    private static Content? Existing(LabOptions options, LabStage stage, params IReadOnlyCollection<string> coming)
    {
        var path = PathOf(options, stage.Name);
        if (!Directory.Exists(path) || Directory.GetFiles(path).All(left => Path.GetFileName(left)[0] == '.')) return null;
        var file = Path.Combine(path, OriginFile);
        if (!File.Exists(file))
            throw new InvalidDataException(
                $"{path} does not say which run it belongs to: {file} is missing. {WhatToDo(stage)}");
        var there = LabJson.Read<Content>(file) is { Origin: not null } content
            ? content
            : throw new InvalidDataException($"{file} must hold an origin. {WhatToDo(stage)}");
        HashSet<string> later = [.. stage.Needs.Where(need => coming.Contains(need.Stage)).Select(need => need.Name)];
        Dictionary<string, string> Now(IReadOnlyDictionary<string, string> origin) =>
            origin.Where(entry => !later.Contains(entry.Key)).ToDictionary();
        if (RunOrigin.Differences(Now(there.Origin), Now(Origin(options, stage))) is { } differences)
            throw new InvalidDataException(
                $"{path} belongs to another run: {differences}. {WhatToDo(stage)}");
        return there;
    }

    private static string WhatToDo(LabStage stage) =>
        $"Delete the folder, or make it anew with `tango2 train mini {stage.Name} --again`.";

    private static Dictionary<string, string> Origin(LabOptions options, LabStage stage)
    {
        var origin = new Dictionary<string, string>(options.Origin);
        foreach (var need in stage.Needs)
            if (need.Missing(options) is null) origin[need.Name] = RunOrigin.Digest(need.Paths(options));
        return origin;
    }

    private sealed record Content(IReadOnlyDictionary<string, string> Origin, double Seconds);
}

/// <summary>Holds a work folder for one training at a time.</summary>
internal static class WorkLock
{
    /// <summary>Takes the folder, and clears away what killed runs left half written in it and beside the weights.</summary>
    /// <returns>Gives the folder back when it is disposed; a killed process gives it back too.</returns>
    /// <exception cref="IOException">Another training holds it.</exception>
    public static IDisposable Take(LabOptions options)
    {
        Directory.CreateDirectory(options.WorkFolder);
        var path = Path.Combine(options.WorkFolder, "lock");
        try
        {
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            foreach (var folder in (string[])[
                options.Models.Folder, Path.GetDirectoryName(MiniLab.RecordPath(options, ""))!, options.WorkFolder,
                .. Directory.GetDirectories(options.WorkFolder, "*", SearchOption.AllDirectories),
            ]) Clear(folder);
            return held;
        }
        catch (IOException error) when (File.Exists(path) && error is not DirectoryNotFoundException)
        {
            throw new IOException(
                $"Another training writes to {options.Models.Folder}: wait until it has ended " +
                $"({error.Message.TrimEnd('.')}).", error);
        }
    }

    // AtomicFile's temporary files have such names.
    private static void Clear(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.GetFiles(folder, ".????????.???.tmp")) File.Delete(file);
    }
}
