namespace Tango2.Mini.Lab;

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
                .. Directory.GetDirectories(options.WorkFolder),
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
