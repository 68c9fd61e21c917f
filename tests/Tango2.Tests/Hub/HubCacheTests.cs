using Tango2.Hub;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Hub;

/// <summary>Reading caches that huggingface_hub made, and what became of them.</summary>
public sealed class HubCacheTests : IDisposable
{
    private const string Commit = LoopbackHub.Commit, Other = "89abcdef0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    private HubCache Cache => new(_folder["hub"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, null, "HOME/.cache/huggingface/hub")]
    [InlineData(null, null, "/x/cache", "/x/cache/huggingface/hub")]
    [InlineData(null, "/x/home", "/x/cache", "/x/home/hub")]
    [InlineData("/x/hub", "/x/home", "/x/cache", "/x/hub")]
    [InlineData("~/hub", null, null, "HOME/hub")]
    [InlineData(null, "$TANGO2_TRIAL/home", null, "/trial/home/hub")]
    [InlineData(null, "${TANGO2_TRIAL}/home", null, "/trial/home/hub")]
    [InlineData(null, "/x/$NO_SUCH_VARIABLE", null, "/x/$NO_SUCH_VARIABLE/hub")]
    public void The_environment_names_the_cache_as_for_huggingface_hub(string? hub, string? home, string? caches, string expected)
    {
        using var scope = new EnvironmentScope(
            ("HF_HUB_CACHE", hub), ("HF_HOME", home), ("XDG_CACHE_HOME", caches), ("TANGO2_TRIAL", "/trial"));
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(expected.Replace("HOME", user, StringComparison.Ordinal), HubCache.FromEnvironment().Folder);
    }

    [Theory]
    [InlineData("main", "")]
    [InlineData("main", "\n")]
    [InlineData("refs/pr/1", "")]
    [InlineData("v1.0", "\r\n")]
    public void A_revision_is_read_with_or_without_a_line_end(string revision, string end)
    {
        Make("models--a--b", revision, Commit + end, ("config.json", "{}"));
        var snapshot = Cache.Find("a/b", revision)!;
        Assert.Equal(("a/b", Commit), (snapshot.Repository, snapshot.Revision));
        Assert.Equal("{}", File.ReadAllText(snapshot.PathOf("config.json")));
        Assert.Equal(snapshot, Cache.Find("a/b", Commit));
    }

    [Fact]
    public void Data_sets_and_repositories_without_an_owner_have_their_folders()
    {
        Make("datasets--a--b", "main", Commit, ("data/x.parquet", "1"));
        Make("models--roberta-base", "main", Commit, ("vocab.json", "2"));
        Assert.Equal("1", File.ReadAllText(Cache.Find("datasets/a/b")!.PathOf("data/x.parquet")));
        Assert.Equal("2", File.ReadAllText(Cache.Find("roberta-base")!.PathOf("vocab.json")));
        Assert.Null(Cache.Find("a/b"));
    }

    [Fact]
    public void Marks_of_files_that_the_hub_lacks_and_unfinished_blobs_do_no_harm()
    {
        Make("models--a--b", "main", Commit, ("config.json", "{}"));
        Write("hub/models--a--b/.no_exist/" + Commit + "/model.safetensors", "");
        Write("hub/models--a--b/blobs/" + new string('0', 64) + ".incomplete", "half");
        Assert.True(Cache.Find("a/b")!.Has("config.json"));
        Assert.False(Cache.Find("a/b")!.Has("model.safetensors"));
    }

    [Fact]
    public void What_was_never_fetched_is_null()
    {
        Assert.Null(Cache.Find("a/b"));
        Make("models--a--b", "main", Commit, ("config.json", "{}"));
        Assert.Null(Cache.Find("a/b", "v2"));
        Assert.Null(Cache.Find("a/b", Other));
        Write("hub/models--a--b/refs/v3", Other); // fetched before anything of it was
        Assert.Null(Cache.Find("a/b", "v3"));
    }

    [Fact]
    public void A_file_that_is_missing_is_named_with_what_to_do()
    {
        Make("models--a--b", "main", Commit, ("config.json", "{}"));
        var snapshot = Cache.Find("a/b")!;
        var path = Path.Combine(snapshot.Folder, "model.bin");
        Assert.Equal($"{path} does not exist: a/b is incomplete. Fetch it with `tango2 fetch a/b`.",
            Assert.Throws<FileNotFoundException>(() => snapshot.PathOf("model.bin")).Message);
        File.CreateSymbolicLink(path, "../../blobs/gone");
        Assert.Equal($"{path} is a link to ../../blobs/gone, where nothing is: a/b is incomplete. Fetch it with `tango2 fetch a/b`.",
            Assert.Throws<FileNotFoundException>(() => snapshot.PathOf("model.bin")).Message);
        Assert.EndsWith("is incomplete. Copy the whole repository into the folder.",
            Assert.Throws<FileNotFoundException>(() => new Snapshot(_folder["plain"]).PathOf("model.bin")).Message);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a\\..\\b")]
    [InlineData("c:/windows")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_name_that_leads_out_of_the_snapshot_is_refused(string file) => Assert.Contains(
        "a/b: expected names of files inside the repository, found '",
        Assert.Throws<InvalidDataException>(() => new Snapshot(_folder["x"], "a/b", Commit).PathOf(file)).Message);

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("a/b/c")]
    [InlineData("/a")]
    [InlineData("a--b/c")]
    [InlineData("a b/c")]
    [InlineData("")]
    public void A_repository_that_climbs_or_has_no_such_form_is_refused(string repository) => Assert.Equal(
        $"A repository is named owner/name, as declare-lab/tango2, or datasets/owner/name, but is '{repository}'.",
        Assert.Throws<ArgumentException>(() => Cache.Find(repository)).Message);

    [Theory]
    [InlineData("../../x")]
    [InlineData("refs/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public void A_revision_that_climbs_is_refused(string revision) => Assert.Equal(
        $"A revision is a branch, a tag, a commit or one such as refs/pr/1, but is '{revision}'.",
        Assert.Throws<ArgumentException>(() => Cache.Find("a/b", revision)).Message);

    [Theory]
    [InlineData("../../../../etc")]
    [InlineData("")]
    [InlineData("main")]
    public void Something_else_where_a_commit_should_be_is_told(string content)
    {
        Make("models--a--b", "main", content, ("config.json", "{}"));
        Assert.Equal(
            $"{_folder["hub/models--a--b/refs/main"]}: expected a commit of 40 hexadecimal digits, found '{content}': delete the file "
            + "and fetch a/b again.",
            Assert.Throws<InvalidDataException>(() => Cache.Find("a/b")).Message);
    }

    [Fact]
    public void A_model_is_opened_by_the_catalogue_a_folder_or_a_repository()
    {
        using var scope = new EnvironmentScope(("TORCH_HOME", _folder["torch"]));
        Make("models--declare-lab--tango2", "main", Commit, ("main_config.json", "{}"));
        var tango2 = Cache.Open("tango2");
        Assert.Equal("declare-lab/tango2", tango2.Repository);
        Assert.Equal(tango2, Cache.Open("declare-lab/tango2"));
        Assert.Equal(tango2, Cache.Open(_folder["hub/models--declare-lab--tango2"]));
        Write("plain/main_config.json", "{}");
        Assert.Equal(new Snapshot(_folder["plain"]), Cache.Open(_folder["plain"]));
        Write("torch/hub/checkpoints/vggish-10086976.pth", "");
        Assert.Equal(new Snapshot(_folder["torch/hub/checkpoints"]), Cache.Open("vggish"));
        Write("hub/tango2-files/vggish/vggish-10086976.pth", "");
        Write("hub/tango2-files/vggish/vggish_pca_params-970ea276.pth", "");
        Assert.Equal(new Snapshot(_folder["hub/tango2-files/vggish"]), Cache.Open("vggish"));
    }

    [Theory]
    [InlineData("tango2-full", "main", "fetch it with `tango2 fetch tango2-full`, or set HF_HOME")]
    [InlineData("a/b", "main", "fetch it with `tango2 fetch a/b`, or set HF_HOME")]
    [InlineData("a/b", "v2", "fetch it with `tango2 fetch a/b --revision v2`, or set HF_HOME")]
    public void A_model_that_is_not_here_is_told_with_the_command_that_fetches_it(string model, string revision, string advice) =>
        Assert.Contains(advice, Assert.Throws<FileNotFoundException>(() => Cache.Open(model, revision)).Message);

    [Fact]
    public void A_model_of_no_such_name_is_told() => Assert.Equal(
        "Expected a name that `tango2 models` lists, a folder or a repository owner/name, found 'tango3': there is none.",
        Assert.Throws<ArgumentException>(() => Cache.Open("tango3")).Message);

    private void Make(string folder, string revision, string reference, params (string Name, string Content)[] files)
    {
        Write($"hub/{folder}/refs/{revision}", reference);
        foreach (var (name, content) in files)
        {
            var hash = LoopbackHub.Hash(System.Text.Encoding.UTF8.GetBytes(content));
            Write($"hub/{folder}/blobs/{hash}", content);
            var link = _folder[$"hub/{folder}/snapshots/{Commit}/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, _folder[$"hub/{folder}/blobs/{hash}"]));
        }
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], content);
    }
}
