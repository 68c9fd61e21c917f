using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Tango2.Files;

namespace Tango2.Tests.Files;

// cases: generate --out a link, a FIFO or a device; a name that is too long, or under a file
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_new_file_is_made_with_its_folders_and_nothing_else()
    {
        var path = At("new/deeper/x.txt");
        AtomicFile.Check(path);
        Assert.False(Directory.Exists(At("new")));
        AtomicFile.WriteText(path, "text");
        Assert.Equal("text", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(At("new/deeper")));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        File.WriteAllText(At("x"), "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(At("x"), stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(At("x")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void The_mode_of_an_existing_file_is_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        File.WriteAllText(At("x"), "old");
        File.SetUnixFileMode(At("x"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute);
        AtomicFile.WriteText(At("x"), "new");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute, File.GetUnixFileMode(At("x")));
        Assert.Equal("new", File.ReadAllText(At("x")));
    }

    [Theory]
    [InlineData("one", "real", "real")]
    [InlineData("one", "sub/real", "sub/real")]
    public void The_target_of_a_link_is_written_and_the_link_stays(string link, string leadsTo, string target)
    {
        Directory.CreateDirectory(At("sub"));
        File.WriteAllText(At(target), "old");
        File.CreateSymbolicLink(At(link), leadsTo);
        AtomicFile.WriteText(At(link), "new");
        Assert.Equal(leadsTo, new FileInfo(At(link)).LinkTarget);
        Assert.Null(new FileInfo(At(target)).LinkTarget);
        Assert.Equal("new", File.ReadAllText(At(target)));
    }

    [Fact]
    public void A_link_that_leads_nowhere_makes_its_target()
    {
        File.CreateSymbolicLink(At("link"), "not/yet/there");
        AtomicFile.WriteText(At("link"), "new");
        Assert.Equal("not/yet/there", new FileInfo(At("link")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(At("not/yet/there")));
    }

    [Fact]
    public void Links_to_links_are_followed_from_where_each_really_lies()
    {
        Directory.CreateDirectory(At("disk/runs/today"));
        Directory.CreateSymbolicLink(At("runs"), At("disk/runs/today"));
        File.CreateSymbolicLink(At("disk/runs/today/latest"), "../best"); // disk/runs/best, not best beside runs
        File.CreateSymbolicLink(At("first"), "runs/latest");
        AtomicFile.WriteText(At("first"), "new");
        Assert.Equal("new", File.ReadAllText(At("disk/runs/best")));
        Assert.False(File.Exists(At("best")));
        Assert.Equal("../best", new FileInfo(At("disk/runs/today/latest")).LinkTarget);
    }

    [Fact]
    public void Links_that_lead_to_each_other_are_refused()
    {
        File.CreateSymbolicLink(At("a"), "b");
        File.CreateSymbolicLink(At("b"), "a");
        Assert.Equal($"{At("a")} is a link that leads back to itself: name another file.", Refused(At("a")));
    }

    [Fact]
    public void A_folder_that_is_a_link_to_nowhere_is_refused()
    {
        Directory.CreateSymbolicLink(At("gone"), "nowhere");
        Assert.Contains($"needs {At("gone")}, a link to nowhere, where nothing is", Refused(At("gone/x")));
        var folder = Assert.Throws<ArgumentException>(() => AtomicFile.CheckFolder(At("gone"), "--out"));
        Assert.Equal($"--out must name a folder that can be written, but {At("gone")} needs {At("gone")}, a link to nowhere, where nothing is.",
            folder.Message);
    }

    [Fact]
    public async Task A_pipe_is_written_into_and_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "FIFOs are made by mkfifo.");
        using (var made = Process.Start("mkfifo", [At("pipe")])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        AtomicFile.Check(At("pipe")); // does not wait for a reader
        Assert.True(AtomicFile.IsStream(At("pipe")));
        var read = Task.Run(() => File.ReadAllText(At("pipe")), TestContext.Current.CancellationToken);
        AtomicFile.WriteText(At("pipe"), new string('x', 100_000));
        Assert.Equal(100_000, (await read).Length);
        Assert.True(AtomicFile.IsStream(At("pipe")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Devices_are_written_into_and_a_full_one_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The devices of Linux.");
        AtomicFile.WriteText("/dev/null", "gone");
        Assert.True(AtomicFile.IsStream("/dev/null"));
        Assert.Contains("No space left", Assert.Throws<IOException>(() => AtomicFile.WriteText("/dev/full", "x")).Message);
        File.CreateSymbolicLink(At("full"), "/dev/full");
        Assert.Throws<IOException>(() => AtomicFile.WriteText(At("full"), "x"));
        Assert.Equal("/dev/full", new FileInfo(At("full")).LinkTarget);
    }

    [Theory]
    [InlineData("/dev/fd")]
    [InlineData("/proc/self/fd")]
    public void An_open_file_of_the_process_is_written_where_it_stands(string descriptors)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The paths of open files on Linux.");
        using (var open = new FileStream(At("log"), FileMode.Create, FileAccess.Write))
        {
            open.Write("earlier "u8);
            open.Flush();
            var path = $"{descriptors}/{open.SafeFileHandle.DangerousGetHandle()}";
            Assert.True(AtomicFile.IsStream(path));
            AtomicFile.WriteText(path, "later");
        }
        Assert.Equal("earlier later", File.ReadAllText(At("log"))); // as `>> log` would have it
    }

    [Fact]
    public void Standard_output_is_a_stream_wherever_it_goes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The paths of open files on Linux.");
        Assert.True(AtomicFile.IsStream("/dev/stdout"));
        File.CreateSymbolicLink(At("out"), "/dev/stdout");
        Assert.True(AtomicFile.IsStream(At("out")));
    }

    [Fact]
    public void Sockets_and_folders_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A socket in the file system.");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("socket")));
        Assert.Contains("socket is a socket, a disk or the like: name another.", Refused(At("socket")));
        Assert.Equal($"The file to write must name a file that can be written, but {_folder} is a folder: name a file.", Refused(_folder));
        Assert.Contains("is a folder: name a file.", Refused(At("new/")));
        Assert.Contains("has a NUL in its name", Refused(At("a\0b")));
        Assert.Equal("The file to write must name a file, but is empty.", Refused(" "));
    }

    [Theory]
    [InlineData(255, "n")]
    [InlineData(255, "é")] // 2 bytes in UTF-8
    [InlineData(254, "犬")]
    public void A_name_may_have_255_bytes(int bytes, string letter)
    {
        var width = System.Text.Encoding.UTF8.GetByteCount(letter);
        var name = string.Concat(Enumerable.Repeat(letter, bytes / width)) + new string('x', bytes % width);
        AtomicFile.Check(At(name));
        AtomicFile.WriteText(At(name), "text");
        Assert.Equal(name, Path.GetFileName(Assert.Single(Directory.GetFiles(_folder))));
        Assert.Contains(
            $"has a name of {bytes + width + width} bytes; at most 255 are possible: choose a shorter one.", Refused(At(name + letter + letter)));
    }

    [Fact]
    public void A_path_may_not_be_longer_than_the_system_takes()
    {
        var folders = string.Join('/', Enumerable.Repeat(new string('f', 200), 21));
        Assert.Contains("bytes; at most 4095 are possible", Refused(At(folders + "/x")));
        Assert.Contains("bytes; at most 4095 are possible",
            Assert.Throws<ArgumentException>(() => AtomicFile.CheckFolder(At(folders))).Message);
    }

    [Fact]
    public void Under_a_file_nothing_can_be_written()
    {
        File.WriteAllText(At("file"), "");
        Assert.Equal($"--out must name a file that can be written, but {At("file/x")} lies under {At("file")}, which is a file and no folder.",
            Assert.Throws<ArgumentException>(() => AtomicFile.Check(At("file/x"), "--out")).Message);
        Assert.Contains("is no folder: name one.", Assert.Throws<ArgumentException>(() => AtomicFile.CheckFolder(At("file"))).Message);
        Assert.Contains("lies under", Assert.Throws<ArgumentException>(() => AtomicFile.CheckFolder(At("file/deeper/x"))).Message);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void A_folder_without_permission_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The root user may write everywhere.");
        Directory.CreateDirectory(At("closed"));
        File.SetUnixFileMode(At("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains($"lies in {At("closed")}, where no file can be made", Refused(At("closed/x")));
    }

    [Fact]
    public void A_folder_that_takes_no_file_is_told()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "/proc takes no file from anybody.");
        Assert.Contains("lies in /proc/self, where no file can be made", Refused("/proc/self/x"));
        Assert.Throws<ArgumentException>(() => AtomicFile.CheckFolder("/proc/self/new"));
    }

    [Fact]
    public void Checking_a_folder_leaves_it_as_it_was()
    {
        AtomicFile.CheckFolder(At("new/deeper/"));
        AtomicFile.CheckFolder(_folder);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private static string Refused(string path)
    {
        var message = Assert.Throws<ArgumentException>(() => AtomicFile.Check(path)).Message;
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => AtomicFile.WriteText(path, "x")).Message);
        return message;
    }
}
