namespace Tango2.Lab;

/// <summary>Whether stages can be trained or measured, checked before any work.</summary>
internal static class Requirements
{
    /// <summary>Checks stages that are to be trained one after another.</summary>
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
            foreach (var need in stage.Needs.Concat(stage.TestNeeds))
                if (!made.Contains(need.Stage) && need.Missing(options) is { } path)
                    throw Missing(options, stage, need, path);
            made.Add(stage.Name);
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
            if (need.Missing(options) is { } path) throw Missing(options, stage, need, path);
        if (stage.Makes.Contains(LabProduct.Candidates) || stage.Makes.Contains(LabProduct.Probe))
            StageFolder.Check(options, stage);
    }

    private static FileNotFoundException Missing(LabOptions options, LabStage stage, LabProduct need, string path)
    {
        var again = File.Exists(MiniLab.RecordPath(options, need.Stage)) ? " --again" : "";
        var what = path.EndsWith(need.Name, StringComparison.Ordinal) ? path : $"{need.Name}, {path},";
        return new($"{stage.Name} needs {what} which is not there: `tango2 train mini {need.Stage}{again}` makes it, with " +
            $"--out {options.Models.Folder}.", path);
    }
}
