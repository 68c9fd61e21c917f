using Microsoft.AspNetCore.Http;
using Tango2.Hub;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Hub;

/// <summary>Fetching from a hub on loopback, well and with everything that can go wrong.</summary>
public sealed partial class FetcherTests : IAsyncLifetime, IDisposable
{
    private const string Repository = "owner/name", Token = "hf_secret";

    private static readonly byte[] Config = "{\"a\": 1}"u8.ToArray(), Weights = Bytes(300_000, 1), Sub = Bytes(5_000, 2);

    private readonly TemporaryFolder _folder = new();
    private LoopbackHub _hub = null!;

    private HubCache Cache => new(_folder["hub"]);

    private string Blob => Cache.BlobOf(Repository, LoopbackHub.Hash(Weights));

    private HubSettings Settings => new()
    {
        Endpoint = _hub.Endpoint,
        FirstDelay = TimeSpan.FromMilliseconds(10),
        Patience = TimeSpan.FromSeconds(2),
        LongestDelay = TimeSpan.FromSeconds(2),
        Retries = 3,
    };

    private IEnumerable<LoopbackHub.Asked> Gets => _hub.Requests.Where(r => r.Server == "store" && r.Method == "GET");

    public async ValueTask InitializeAsync()
    {
        _hub = await LoopbackHub.Start();
        _hub.Add(Repository, "config.json", Config);
        _hub.Add(Repository, "model.bin", Weights);
        _hub.Add(Repository, "sub/folder/part.bin", Sub);
        _hub.Add(Repository, "empty.txt", []);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_repository_lies_in_the_cache_as_huggingface_hub_leaves_it()
    {
        var snapshot = await Fetch();
        Assert.Equal(new Snapshot(Cache.FilesOf(Repository, LoopbackHub.Commit), Repository, LoopbackHub.Commit), snapshot);
        Assert.Equal(snapshot, Cache.Find(Repository));
        Assert.Equal(LoopbackHub.Commit, File.ReadAllText(_folder["hub/models--owner--name/refs/main"]));
        foreach (var (name, content) in new[] { ("config.json", Config), ("model.bin", Weights), ("sub/folder/part.bin", Sub), ("empty.txt", []) })
        {
            Assert.Equal(content, File.ReadAllBytes(snapshot.PathOf(name)));
            var up = name.Contains('/', StringComparison.Ordinal) ? "../../../.." : "../..";
            Assert.Equal($"{up}/blobs/{LoopbackHub.Hash(content)}", new FileInfo(snapshot.PathOf(name)).LinkTarget);
        }
        Assert.Equal(4, Directory.GetFiles(_folder["hub/models--owner--name/blobs"]).Length);
        Assert.All(_hub.Requests, r => Assert.Equal("identity", r.Encoding));
    }

    [Theory]
    [InlineData("refs/pr/1")]
    [InlineData("v1.0")]
    [InlineData(LoopbackHub.Commit)]
    public async Task Any_revision_can_be_fetched_and_found(string revision)
    {
        await Fetch(revision);
        Assert.True(Cache.Find(Repository, revision)!.Has("model.bin"));
        Assert.Equal(revision != LoopbackHub.Commit, File.Exists(Cache.ReferenceOf(Repository, revision)));
        Assert.Contains($"/api/models/owner/name/revision/{revision}",
            _hub.Requests.Select(r => r.Path.Replace("%2F", "/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_data_set_has_paths_and_a_folder_of_its_own()
    {
        _hub.Add("datasets/owner/data", "data/a.parquet", Weights);
        await Fetch(repository: "datasets/owner/data");
        Assert.Equal(Weights, File.ReadAllBytes(_folder[$"hub/datasets--owner--data/snapshots/{LoopbackHub.Commit}/data/a.parquet"]));
        Assert.Contains("/api/datasets/owner/data/revision/main", _hub.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task What_is_here_is_not_fetched_again_and_a_new_commit_fetches_only_what_is_new()
    {
        await Fetch();
        _hub.Requests.Clear();
        await Fetch();
        Assert.DoesNotContain(_hub.Requests, r => r.Method == "GET" && r.Path.Contains("/resolve/", StringComparison.Ordinal));
        _hub.Stands = "89abcdef0123456789abcdef0123456789abcdef";
        _hub.Add(Repository, "config.json", "{\"a\": 2}"u8.ToArray());
        _hub.Requests.Clear();
        var snapshot = await Fetch();
        Assert.Equal("{\"a\": 2}", File.ReadAllText(snapshot.PathOf("config.json")));
        Assert.Empty(Gets);
        Assert.Equal("{\"a\": 1}", File.ReadAllText(Cache.Find(Repository, LoopbackHub.Commit)!.PathOf("config.json")));
    }

    [Fact]
    public async Task A_blob_of_another_size_is_replaced()
    {
        await Fetch();
        File.WriteAllText(Blob, "cut off by a full disk");
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
    }

    [Fact]
    public async Task A_beginning_that_is_of_another_file_is_thrown_away_and_the_whole_is_fetched()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", Bytes(1000, 9));
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
        Assert.Equal(["bytes=1000-", null], Gets.Where(r => r.Path.Contains(LoopbackHub.Hash(Weights), StringComparison.Ordinal)).Select(r => r.Range));
    }

    [Theory]
    [InlineData(300_000)] // whole, but never checked and moved
    [InlineData(400_000)] // too long
    public async Task A_beginning_as_long_as_the_file_or_longer_is_taken_or_thrown_away(int length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", [.. Weights, .. new byte[length - Weights.Length]]);
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
        Assert.Equal(length == Weights.Length ? 1 : 2, Gets.Count()); // the other is sub/folder/part.bin
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_all_and_all_is_taken()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.WriteAllBytes(Blob + ".incomplete", Weights[..1000]);
        _hub.StoreFault = context =>
        {
            context.Request.Headers.Remove("Range");
            return No;
        };
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_and_kept_by_the_name_that_was_asked_for()
    {
        _hub.HubFault = context =>
        {
            if (!context.Request.Path.Value!.Contains("old/name", StringComparison.Ordinal)) return No;
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = context.Request.Path.Value.Replace("old/name", Repository, StringComparison.Ordinal);
            return Task.FromResult(true);
        };
        Assert.Equal("old/name", (await Fetch(repository: "old/name", settings: Settings with { Token = Token })).Repository);
        Assert.True(Cache.Find("old/name")!.Has("model.bin"));
        Assert.All(_hub.Requests.Where(r => r.Server == "hub"), r => Assert.Equal("Bearer " + Token, r.Authorization));
    }

    [Fact]
    public async Task The_token_goes_to_the_endpoint_and_nowhere_else()
    {
        await Fetch(settings: Settings with { Token = Token });
        Assert.All(_hub.Requests.Where(r => r.Server == "hub"), r => Assert.Equal("Bearer " + Token, r.Authorization));
        Assert.NotEmpty(Gets);
        Assert.All(_hub.Requests.Where(r => r.Server == "store"), r => Assert.Null(r.Authorization));
    }

    [Fact]
    public async Task Only_what_is_missing_needs_room()
    {
        await Fetch();
        await Fetch(settings: Settings with { FreeBytes = _ => 0 });
        File.Delete(Blob);
        File.WriteAllBytes(Blob + ".incomplete", Weights[..250_000]);
        await Fetch(settings: Settings with { FreeBytes = _ => 60_000 });
        Assert.Equal("bytes=250000-", Gets.Last().Range);
    }

    [Fact]
    public async Task Two_at_once_fetch_each_byte_once()
    {
        _hub.StoreFault = async context =>
        {
            await Task.Delay(200, TestContext.Current.CancellationToken); // time for the other to come
            return false;
        };
        var news = new Heard();
        var snapshots = await Task.WhenAll(Fetch(progress: news), Fetch(progress: news));
        Assert.Equal(snapshots[0], snapshots[1]);
        Assert.Equal(2, Gets.Count()); // one each of the two large files
        Assert.Contains(news, n => n.Stage == FetchStage.Waiting);
        Assert.Equal(Weights, File.ReadAllBytes(snapshots[0].PathOf("model.bin")));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Blob)!, "*.incomplete"));
    }

    [Fact]
    public async Task A_fetch_that_is_stopped_names_no_commit_and_goes_on_later()
    {
        using var stop = new CancellationTokenSource();
        _hub.StoreFault = async context =>
        {
            if (!IsWeights(context)) return false;
            await LoopbackHub.Send(context, Weights, 100_000);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(cancellation: stop.Token));
        Assert.Null(Cache.Find(Repository));
        _hub.StoreFault = null;
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
    }

    [Fact]
    public async Task News_rises_to_the_size_and_ends_with_the_file_in_its_place()
    {
        var news = new Heard();
        await Fetch(progress: news);
        var own = news.Where(n => n.File.Name == "model.bin").ToArray();
        Assert.Equal(own.OrderBy(n => n.Stage).ThenBy(n => n.Done), own);
        Assert.Equal([FetchStage.Arriving, FetchStage.Checking, FetchStage.Here], own.Select(n => n.Stage).Distinct());
        Assert.Equal((300_000, 300_000), (own[^1].Done, own[^1].Size));
    }

    [Fact]
    public async Task Nothing_is_asked_for_offline()
    {
        var message = (await Assert.ThrowsAsync<IOException>(() => Fetch(settings: Settings with { Offline = true }))).Message;
        Assert.StartsWith("HF_HUB_OFFLINE is set, so http://127.0.0.1:", message);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_file_without_a_size_is_fetched_to_its_end()
    {
        using var fetcher = new Fetcher(Cache, Settings);
        _hub.StoreFault = async context =>
        {
            await context.Response.Body.WriteAsync(Sub, TestContext.Current.CancellationToken); // in chunks
            return true;
        };
        var hash = ContentHash.Sha256(LoopbackHub.Hash(Sub)[..8]);
        var plan = fetcher.Plan("plain", [new("a.pth", new Uri(_hub.Store, "x").AbsoluteUri, hash), new("by-hand.pth", null)]);
        var snapshot = Assert.Single(await fetcher.Fetch([plan], null, TestContext.Current.CancellationToken));
        Assert.Equal(Sub, File.ReadAllBytes(snapshot.PathOf("a.pth")));
        Assert.Equal(_folder["hub/tango2-files/plain"], snapshot.Folder);
        Assert.Single(plan.Files);
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "hub.example", "HF_ENDPOINT must be an address such as https://huggingface.co, but is 'hub.example'.")]
    [InlineData("HF_ENDPOINT", "http://hub.example", "HF_TOKEN would be sent there in the clear: use https, or unset HF_TOKEN.")]
    [InlineData("HF_TOKEN", "two words", "HF_TOKEN must be one word of ASCII, but holds other characters (it is not shown here).")]
    public void Settings_that_cannot_be_or_would_leak_are_refused(string name, string value, string message)
    {
        using var scope = new EnvironmentScope(("HF_TOKEN", Token), (name, value));
        Assert.EndsWith(message, Assert.Throws<ArgumentException>(HubSettings.FromEnvironment).Message);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", Token, 0)]
    [InlineData("https://hub.example/mirror/", Token, 0)]
    [InlineData("http://hub.example", null, 1)]
    public void An_address_on_this_machine_or_by_https_may_have_the_token(string endpoint, string? token, int warnings)
    {
        using var scope = new EnvironmentScope(("HF_ENDPOINT", endpoint), ("HF_TOKEN", token));
        Assert.Equal(warnings, Tango2.Tests.Files.Warned.By(() => Assert.Equal(token, HubSettings.FromEnvironment().Token)).Length);
    }

    private static Task<bool> No => Task.FromResult(false);

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private static bool IsWeights(HttpContext context) =>
        context.Request.Path.Value!.Contains(LoopbackHub.Hash(Weights), StringComparison.Ordinal);

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task<Snapshot> Fetch(
        string revision = "main", string repository = Repository, HubSettings? settings = null, IProgress<FetchProgress>? progress = null,
        CancellationToken? cancellation = null)
    {
        var token = cancellation ?? TestContext.Current.CancellationToken;
        using var fetcher = new Fetcher(Cache, settings ?? Settings);
        var plan = await fetcher.Plan(repository, revision, names => names, token);
        return Assert.Single(await fetcher.Fetch([plan], progress, token));
    }

    private sealed class Heard : System.Collections.Concurrent.ConcurrentQueue<FetchProgress>, IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => Enqueue(value);
    }
}
