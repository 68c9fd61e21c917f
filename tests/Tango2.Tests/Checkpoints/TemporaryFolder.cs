namespace Tango2.Tests.Checkpoints;

/// <summary>A folder for one test's files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tango2-");

    public string this[string file] => Path.Combine(_folder.FullName, file);

    /// <summary>Writes a file again. Emptying it first would make some file systems wait for the disk, each time.</summary>
    public static void Rewrite(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        stream.Write(bytes);
        stream.SetLength(bytes.Length);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
