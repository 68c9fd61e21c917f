namespace Tango2.Hub;

/// <summary>One process at a time: a file that is locked, by flock on Unix, until this is disposed or its process ends.</summary>
/// <remarks>Python's filelock, which huggingface_hub uses, takes the same lock of the same file.</remarks>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock. The file stays: deleting it would let two in.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="waits">Called once if another has the lock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<FileLock> Take(string path, Action waits, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var told = false; ; told = true)
        {
            try
            {
                return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (IsTaken(error))
            {
                if (!told) waits();
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK of Linux and of macOS; ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static bool IsTaken(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32 or 33;
}
