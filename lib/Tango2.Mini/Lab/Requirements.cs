using Tango2.Files;

namespace Tango2.Mini.Lab;

/// <summary>Whether stages can be trained or measured, checked before any work.</summary>
internal static class Requirements
{
    /// <summary>
    /// Checks stages that are to be trained one after another. A stage whose training has all it needs, but whose test has not,
    /// is warned of: it is trained and can be measured later.
    /// </summary>
    /// <param name="options">The run.</param>
    /// <param name="stages">In this order; what one makes is there for those after it.</param>
    /// <param name="again">Whether what unfinished stages have left will be forgotten.</param>
    /// <exception cref="FileNotFoundException">A file will be missing; the message tells which stage makes it.</exception>
    /// <exception cref="InvalidDataException">What an unfinished stage has left belongs to another run.</exception>
    public static void Check(LabOptions options, IReadOnlyList<LabStage> stages, bool again)
    {
        HashSet<string> coming = [.. stages.Select(s => s.Name)], made = [];
        foreach (var stage in stages)
        {
            foreach (var need in stage.Makes.Count > 0 ? stage.Needs : stage.Needs.Concat(stage.TestNeeds))
                if (!made.Contains(need.Stage) && need.Missing(options) is { } path)
                    throw new FileNotFoundException(Message(options, stage, need, path), path);
            made.Add(stage.Name);
            if (Unmeasurable(options, stage, made) is { } why) Warnings.Give(why);
        }
        foreach (var stage in again ? [] : stages) StageFolder.Check(options, stage, coming);
    }

    /// <summary>Checks a stage that is to be measured.</summary>
    /// <exception cref="ArgumentException">It measures only as it trains, or has finished with other options.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message tells which stage makes it.</exception>
    public static void CheckMeasure(LabOptions options, LabStage stage)
    {
        if (!stage.TestMeasures)
            throw new ArgumentException(
                $"{stage.Name} measures only as it runs, and its record is the result: " +
                $"`tango2 train mini {stage.Name} --again` makes it anew.");
        StageRecord.IsThere(options, stage);
        foreach (var need in stage.TestNeeds.Concat(stage.Makes))
            if (need.Missing(options) is { } path) throw new FileNotFoundException(Message(options, stage, need, path), path);
        if (stage.Makes.Contains(LabProduct.Candidates) || stage.Makes.Contains(LabProduct.Probe))
            StageFolder.Check(options, stage);
    }

    /// <summary>Why a stage's test cannot run, and what to do; null where it can.</summary>
    /// <param name="options">The run.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="made">The stages whose products will be there by then.</param>
    public static string? Unmeasurable(LabOptions options, LabStage stage, IReadOnlySet<string> made) => stage.TestNeeds
        .Where(need => !made.Contains(need.Stage) && need.Missing(options) is not null)
        .Select(need => Message(options, stage, need, need.Missing(options)!, "to be measured ") +
            $" It is trained without; then `tango2 train mini {stage.Name} --measure` measures it.")
        .FirstOrDefault();

    private static string Message(LabOptions options, LabStage stage, LabProduct need, string path, string purpose = "")
    {
        var again = File.Exists(MiniLab.RecordPath(options, need.Stage)) ? " --again" : "";
        var what = path.EndsWith(need.Name, StringComparison.Ordinal) ? path : $"{need.Name}, {path},";
        return $"{stage.Name} needs {purpose}{what} which is not there: `tango2 train mini {need.Stage}{again}` makes it, with " +
            $"--out {options.Models.Folder}.";
    }
}
