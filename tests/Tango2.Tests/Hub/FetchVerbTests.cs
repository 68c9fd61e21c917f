using System.Text.Json;
using Spectre.Console;
using Tango2.Cli;
using Tango2.Cli.Verbs;
using Tango2.Hub;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Hub;

/// <summary>tango2 fetch and tango2 models.</summary>
public sealed partial class FetchVerbTests : IAsyncLifetime, IDisposable
{
    private const string Tango2 = "declare-lab/tango2", T5 = "google/flan-t5-large", Token = "hf_secret";

    private static readonly byte[] Weights = new byte[8_000_000];

    private readonly TemporaryFolder _folder = new();
    private LoopbackHub _hub = null!;
    private EnvironmentScope _environment = null!;

    static FetchVerbTests() => new Random(1).NextBytes(Weights);

    private HubCache Cache => HubCache.FromEnvironment();

    private string Blob => Cache.BlobOf(Tango2, LoopbackHub.Hash(Weights));

    private IEnumerable<string?> Ranges => _hub.Requests
        .Where(r => r.Method == "GET" && r.Path.Contains(LoopbackHub.Hash(Weights), StringComparison.Ordinal)).Select(r => r.Range);

    public async ValueTask InitializeAsync()
    {
        _hub = await LoopbackHub.Start();
        _hub.Add(Tango2, "pytorch_model_main.bin", Weights);
        foreach (var file in new[] { "main_config.json", "vae_config.json", "stft_config.json", "pytorch_model_vae.bin", "pytorch_model_stft.bin", "README.md" })
            _hub.Add(Tango2, file, System.Text.Encoding.UTF8.GetBytes(file));
        foreach (var file in new[] { "config.json", "spiece.model", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5" })
            _hub.Add(T5, file, System.Text.Encoding.UTF8.GetBytes("t5 " + file));
        _environment = new(("HF_HOME", _folder["home"]), ("HF_ENDPOINT", _hub.Endpoint.AbsoluteUri), ("HF_TOKEN", Token), ("TORCH_HOME", _folder["torch"]));
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    public void Dispose()
    {
        _environment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_name_of_the_catalogue_brings_its_files_and_the_tokenizer_it_needs()
    {
        var text = await Fetch(new(["tango2"]));
        Assert.Contains($"tango2: {Tango2}, main (0123456789)", text);
        Assert.Contains("Licence: CC BY-NC-SA 4.0 (its card says cc-by-nc-sa-4.0); for non-commercial use only. https://huggingface.co/declare-lab/tango2", text);
        Assert.Contains("for non-commercial use only. Not asked, since no terminal is here: who fetches accepts the licence.", text);
        var snapshot = Cache.Open("tango2");
        Assert.Equal(Weights, File.ReadAllBytes(snapshot.PathOf("pytorch_model_main.bin")));
        Assert.False(snapshot.Has("README.md"));
        var t5 = Cache.Find(T5)!;
        Assert.True(t5.Has("spiece.model") && t5.Has("config.json") && !t5.Has("model.safetensors"));
        Assert.EndsWith($"tango2: {snapshot.Folder}\n{T5}: {t5.Folder}\n", text);
        Assert.DoesNotContain(Token, text);
    }

    [Fact]
    public async Task The_licence_is_shown_before_the_first_byte()
    {
        var seen = new StringWriter();
        var before = "";
        _hub.StoreFault = _ =>
        {
            before = seen.ToString();
            return Task.FromResult(false);
        };
        await FetchVerb.Run(new(["tango2"]), HubSettings.FromEnvironment(), seen, TestContext.Current.CancellationToken);
        Assert.Contains("for non-commercial use only", before);
    }

    [Fact]
    public async Task A_dry_run_tells_sizes_and_licence_and_writes_nothing()
    {
        var text = await Fetch(new(["tango2", "flan-t5-large"], DryRun: true));
        Assert.Matches(@"pytorch_model_main\.bin +│? *8\.0 MB +│? *nothing", text);
        Assert.Contains("Left: README.md", text);
        Assert.Contains("Left: pytorch_model.bin, tf_model.h5", text);
        Assert.Matches(@"8\.0 MB to fetch into .*, whose disk has room for [\d.]+ [GT]B\.", text);
        Assert.False(Directory.Exists(_folder["home"]));
        Assert.DoesNotContain(_hub.Requests, r => r.Method == "GET" && r.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_that_the_catalogue_does_not_know_comes_without_what_nothing_reads()
    {
        _hub.Add(T5, "sub/tf_model.h5", [1]);
        _hub.Add(T5, ".gitattributes", [1]);
        _hub.Tags = ["license:mit"];
        var text = await Fetch(new([T5]));
        Assert.Contains("Licence: mit, as its card says.", text);
        Assert.DoesNotContain("Not asked", text);
        Assert.Equal(
            ["config.json", "model.safetensors", "spiece.model", "tokenizer.json", "tokenizer_config.json"],
            Directory.GetFiles(Cache.Find(T5)!.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_needed_repository_that_the_hub_lacks_is_a_warning()
    {
        _hub.HubFault = context =>
        {
            context.Response.StatusCode = context.Request.Path.Value!.Contains("flan", StringComparison.Ordinal) ? 404 : 200;
            return Task.FromResult(context.Response.StatusCode == 404);
        };
        var warned = Assert.Single(await WarningsOfFetch(new(["tango2"])));
        Assert.StartsWith($"There is no {T5} on 127.0.0.1:", warned);
        Assert.EndsWith("tango2 needs it for the text encoder's tokenizer and sizes; its weights are in the model's own file.", warned);
        Assert.True(Cache.Open("tango2").Has("pytorch_model_main.bin"));
    }

    [Fact]
    public async Task A_repository_without_a_needed_file_is_told()
    {
        _hub.Add("declare-lab/tango2-full", "main_config.json", [1]);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(new(["tango2-full"])));
        Assert.Equal(
            "declare-lab/tango2-full: expected vae_config.json, stft_config.json, pytorch_model_main.bin, pytorch_model_vae.bin, "
            + "pytorch_model_stft.bin, found none among its 1 files: choose another revision.", error.Message);
    }

    [Fact]
    public async Task Offline_nothing_is_asked_for_and_what_is_whole_is_found()
    {
        await Fetch(new(["tango2"]));
        _hub.Requests.Clear();
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        Assert.StartsWith($"tango2: {Cache.Open("tango2").Folder}\n", await Fetch(new(["tango2"])));
        File.Delete(Path.Combine(Cache.Open("tango2").Folder, "vae_config.json"));
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(new(["tango2"])));
        Assert.Equal($"HF_HUB_OFFLINE is set, and tango2 is not whole in {Cache.Folder}: unset it to fetch.", error.Message);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_lock_file_is_fetched_at_its_commits_and_compared()
    {
        await Fetch(new(["tango2"]));
        var locked = _folder["tango2.lock.json"];
        LockFile.Record(locked, [(Cache.Open("tango2"), "pytorch_model_main.bin"), (Cache.Open("tango2"), "main_config.json")]);
        Directory.Delete(_folder["home"], recursive: true);
        await Fetch(new([], Lock: locked));
        Assert.Equal(["main_config.json", "pytorch_model_main.bin"],
            Directory.GetFiles(Cache.Find(Tango2, LoopbackHub.Commit)!.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        File.WriteAllText(locked, File.ReadAllText(locked).Replace(LoopbackHub.Hash(Weights), new string('0', 64), StringComparison.Ordinal));
        Assert.Contains("not what the results beside it were made with",
            (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch(new([], Lock: locked)))).Message);
    }

    [Theory]
    [InlineData("fetch", "Name what to fetch: `tango2 models` lists the names; a repository is owner/name.")]
    [InlineData("fetch tango3", "There is no 'tango3' in the catalogue: `tango2 models` lists the names; a repository is owner/name.")]
    [InlineData("fetch ../x", "A repository is named owner/name, as declare-lab/tango2, or datasets/owner/name, but is '../x'.")]
    [InlineData("fetch tango2 --revision ../x", "A revision is a branch, a tag, a commit or one such as refs/pr/1, but is '../x'.")]
    [InlineData("fetch tango2 tango2-full --revision v1", "--revision belongs to one repository: fetch them one by one.")]
    [InlineData("fetch vggish --revision v1", "vggish is on no hub and has no revisions.")]
    [InlineData("fetch tango2 --lock x", "--lock names all that is fetched: give no other names.")]
    [InlineData("fetch no/such", "or it is private: look at its name, or the token of HF_TOKEN may not read it.")]
    public async Task A_mistake_of_the_caller_ends_with_code_2(string line, string message)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await Program.Run(line.Split(' '), errors));
        Assert.EndsWith(message + "\n", errors.ToString());
        Assert.DoesNotContain(Token, errors.ToString());
    }

    [Fact]
    public async Task The_models_are_listed_with_what_is_on_this_disk()
    {
        await Fetch(new(["tango2"]));
        File.Delete(Path.Combine(Cache.Find(T5)!.Folder, "tokenizer.json"));
        Directory.CreateDirectory(_folder["torch/hub/checkpoints"]);
        File.WriteAllBytes(_folder["torch/hub/checkpoints/vggish-10086976.pth"], [1]);
        File.WriteAllBytes(_folder["torch/hub/checkpoints/vggish_pca_params-970ea276.pth"], [1, 2]);
        _hub.Requests.Clear();
        var table = new StringWriter();
        Assert.Equal(0, ModelsVerb.Print(Cache, asJson: false, table));
        Assert.Matches(@"\btango2 +│? *8 of 9 files +│? *\? +│? *CC BY-NC-SA 4\.0, non-commercial", table.ToString());
        Assert.Matches(@"tango2-full +│? *- ", table.ToString());
        Assert.Matches(@"vggish +│? *complete +│? *3 B", table.ToString());
        var json = new StringWriter();
        ModelsVerb.Print(Cache, asJson: true, json);
        var rows = JsonDocument.Parse(json.ToString()).RootElement.EnumerateArray().ToDictionary(r => r.GetProperty("name").GetString()!);
        Assert.Equal(12, rows.Count);
        Assert.Equal((8, 9), (rows["tango2"].GetProperty("filesHere").GetInt32(), rows["tango2"].GetProperty("files").GetInt32()));
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public void The_catalogue_has_all_that_the_method_uses_and_names_that_stay_in_their_folders()
    {
        Assert.Superset(
            new HashSet<string>
            {
                "tango2", "tango-full-ft-audiocaps", "tango2-full", "flan-t5-large", "clap-630k-audioset-best", "clap-630k-best",
                "panns-cnn14-16k", "vggish", "steam-grounding", "audioldm2", "audio-alpaca", "audiotime-prompts",
            }, Catalogue.All.Select(e => e.Name).ToHashSet());
        Assert.All(Catalogue.All, entry =>
        {
            Assert.True(entry.Repository is null ? entry.Plain.Count > 0 && entry.PlainPage is not null : HubNames.IsRepository(entry.Repository));
            Assert.NotEqual("", entry.Purpose + entry.Licence);
            Assert.DoesNotContain("stable-diffusion", entry.Repository ?? "");
            foreach (var name in entry.Names.Concat(entry.Also?.Files ?? []).SelectMany(n => n.TrimStart('?').Split('|')))
                Assert.Equal(name, HubNames.File(name, entry.Name));
            foreach (var file in entry.Plain.Where(f => f.Address is not null)) Assert.Equal("https", new Uri(file.Address!).Scheme);
        });
    }

    [Fact]
    public void Lines_tell_how_far_a_fetch_is_where_no_terminal_is()
    {
        var text = new StringWriter();
        var lines = new FetchDisplay.Lines(text);
        var file = new RemoteFile("model.bin", _hub.Endpoint, 8_000_000, null, "x", "x.lock");
        lines.Report(new(file, FetchStage.Waiting, 0, 8_000_000));
        lines.Report(new(file, FetchStage.Arriving, 1, 8_000_000));
        lines.Report(new(file, FetchStage.Here, 8_000_000, 8_000_000));
        Assert.Equal("model.bin: another process fetches it; waiting.\nmodel.bin: 8.0 MB, whole\n", text.ToString());
    }

    [Fact]
    public async Task Bars_tell_bytes_rate_and_time_left_in_a_terminal()
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes });
        console.Profile.Width = 150;
        await FetchDisplay.Run(console, async progress =>
        {
            using var fetcher = new Fetcher(Cache, HubSettings.FromEnvironment());
            var plan = await fetcher.Plan(Tango2, "main", names => names, TestContext.Current.CancellationToken);
            await fetcher.Fetch([plan], progress, TestContext.Current.CancellationToken);
        });
        Assert.Matches(@"pytorch_model_main\.bin.*100%.*8\.0.*MB.*\d\d:\d\d:\d\d", text.ToString());
    }

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(999L, "999 B")]
    [InlineData(1_000L, "1.0 kB")]
    [InlineData(99_960L, "100 kB")]
    [InlineData(999_600L, "1.0 MB")]
    [InlineData(4_900_000_000L, "4.9 GB")]
    [InlineData(null, "?")]
    public void Sizes_are_in_powers_of_1000(long? bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));

    private static async Task<string> Fetch(FetchVerb.Request request)
    {
        var output = new StringWriter();
        Assert.Equal(0, await FetchVerb.Run(request, HubSettings.FromEnvironment(), output, TestContext.Current.CancellationToken));
        return output.ToString();
    }

    private static async Task<string[]> WarningsOfFetch(FetchVerb.Request request)
    {
        var (before, heard) = (Console.Error, new StringWriter());
        Console.SetError(heard);
        try
        {
            await Fetch(request);
        }
        finally
        {
            Console.SetError(before);
        }
        return [.. heard.ToString().Split('\n').Where(l => l.StartsWith("warning: ", StringComparison.Ordinal)).Select(l => l["warning: ".Length..])];
    }
}
