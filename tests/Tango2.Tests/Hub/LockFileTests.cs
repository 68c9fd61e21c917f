using Tango2.Hub;
using Tango2.Tests.Checkpoints;
using Tango2.Tests.Files;

namespace Tango2.Tests.Hub;

public sealed class LockFileTests : IDisposable
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180's own example

    private readonly TemporaryFolder _folder = new();
    private readonly Snapshot _snapshot, _plain;

    public LockFileTests()
    {
        _snapshot = new(Cache.FilesOf("a/b", LoopbackHub.Commit), "a/b", LoopbackHub.Commit);
        _plain = new(_folder["plain"]);
        Write(_snapshot, "sub/model.bin", "abc");
        Write(_plain, "x.pth", "xyz");
    }

    private HubCache Cache => new(_folder["hub"]);

    private string Lock => _folder["out/tango2.lock.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_names_repository_revision_file_size_and_hash()
    {
        LockFile.Record(Lock, [(_snapshot, "sub/model.bin"), (_plain, "x.pth"), (_snapshot, "sub/model.bin")]);
        Assert.Equal(
            $$"""
            {
              "version": 1,
              "files": [
                {
                  "folder": "{{_plain.Folder}}",
                  "file": "x.pth",
                  "size": 3,
                  "sha256": "3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282"
                },
                {
                  "repository": "a/b",
                  "revision": "{{LoopbackHub.Commit}}",
                  "file": "sub/model.bin",
                  "size": 3,
                  "sha256": "{{Abc}}"
                }
              ]
            }

            """, File.ReadAllText(Lock));
        LockFile.Verify(Lock, Cache);
    }

    [Fact]
    public void Results_that_are_recorded_at_the_same_moment_are_all_there()
    {
        var files = Enumerable.Range(0, 24).Select(i => $"{i:00}.bin").ToArray();
        foreach (var file in files) Write(_plain, file, file);
        Parallel.ForEach(files, file => LockFile.Record(Lock, [(_plain, file)]));
        Assert.Equal(files, LockFile.Read(Lock).Select(locked => locked.File));
    }

    [Fact]
    public void A_second_result_adds_its_files_and_a_changed_one_is_told()
    {
        LockFile.Record(Lock, [(_snapshot, "sub/model.bin")]);
        Assert.Empty(Warned.By(() => LockFile.Record(Lock, [(_plain, "x.pth"), (_snapshot, "sub/model.bin")])));
        Assert.Equal(2, LockFile.Read(Lock).Count);
        Write(_plain, "x.pth", "other");
        Assert.Equal(
            [$"{Path.Combine(_plain.Folder, "x.pth")} is another file than the one that earlier results beside {Lock} were made with."],
            Warned.By(() => LockFile.Record(Lock, [(_plain, "x.pth")])));
        Assert.Equal(2, LockFile.Read(Lock).Count);
        LockFile.Verify(Lock, Cache);
    }

    [Fact]
    public void What_differs_or_is_gone_is_named()
    {
        LockFile.Record(Lock, [(_snapshot, "sub/model.bin"), (_plain, "x.pth")]);
        Write(_snapshot, "sub/model.bin", "abd");
        File.Delete(_plain.PathOf("x.pth"));
        var message = Assert.Throws<InvalidDataException>(() => LockFile.Verify(Lock, Cache)).Message;
        Assert.StartsWith($"{Lock}: not what the results beside it were made with: {Path.Combine(_plain.Folder, "x.pth")} is missing; "
            + $"a/b/sub/model.bin at {LoopbackHub.Commit} has 3 bytes and the SHA-256 ", message);
        Assert.EndsWith($", and should have 3 and {Abc}.", message);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("null", "it is null.")]
    [InlineData("""{"version": 2, "files": []}""", "its version is 2, not 1.")]
    [InlineData("""{"version": 1}""", "")]
    [InlineData("""{"version": 1, "files": [], "more": 1}""", "more")]
    [InlineData("""{"version": 1, "files": [{"folder": "/x", "size": 1, "sha256": "SHA"}]}""", "lacks its file or its SHA-256")]
    [InlineData("""{"version": 1, "files": [{"folder": "/x", "file": "a", "size": 1, "sha256": "12"}]}""", "lacks its file or its SHA-256")]
    [InlineData("""{"version": 1, "files": [{"repository": "a/b", "file": "a", "size": 1, "sha256": "SHA"}]}""", "lacks its folder, or its repository's commit.")]
    [InlineData("""{"version": 1, "files": [{"repository": "../b", "revision": "COMMIT", "file": "a", "size": 1, "sha256": "SHA"}]}""", "A repository is named owner/name")]
    [InlineData("""{"version": 1, "files": [{"folder": "/x", "file": "../a", "size": 1, "sha256": "SHA"}]}""", "leads out of it")]
    public void Another_file_is_refused(string json, string message)
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Lock, json.Replace("SHA", Abc, StringComparison.Ordinal).Replace("COMMIT", LoopbackHub.Commit, StringComparison.Ordinal));
        var error = Assert.Throws<InvalidDataException>(() => LockFile.Read(Lock));
        Assert.Contains(message, error.Message);
        Assert.Throws<InvalidDataException>(() => LockFile.Record(Lock, [(_plain, "x.pth")])); // and is not written over
    }

    [Fact]
    public void It_lies_beside_a_file_and_in_a_folder()
    {
        Assert.Equal(_folder["tango2.lock.json"], LockFile.Beside(_folder["dog.wav"]));
        Assert.Equal(_folder["plain/tango2.lock.json"], LockFile.Beside(_folder["plain"]));
    }

    private static void Write(Snapshot snapshot, string file, string content)
    {
        var path = Path.Combine(snapshot.Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
