using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tango2.Tests.Hub;

/// <summary>Everything that can go wrong with the hub, on the way and on the disk.</summary>
public sealed partial class FetcherTests
{
    [Fact]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke()
    {
        var cuts = 0;
        _hub.StoreFault = context => IsWeights(context) && cuts++ < 3 ? Done(LoopbackHub.Cut(context, Weights, 50_000)) : No;
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
        var ranges = Gets.Where(r => r.Path.Contains(LoopbackHub.Hash(Weights), StringComparison.Ordinal)).Select(r => r.Range).ToArray();
        Assert.Equal(4, ranges.Length);
        Assert.Null(ranges[0]);
        var starts = ranges[1..].Select(r => int.Parse(r!["bytes=".Length..^1], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(starts.Order(), starts);
        Assert.All(starts, start => Assert.InRange(start, 1, Weights.Length - 1));
    }

    [Fact]
    public async Task A_connection_that_always_breaks_is_given_up_and_what_came_is_kept()
    {
        var first = true;
        _hub.StoreFault = async context =>
        {
            if (!IsWeights(context)) return false;
            await LoopbackHub.Cut(context, Weights, first ? 50_000 : 0);
            first = false;
            return true;
        };
        var message = (await Assert.ThrowsAnyAsync<IOException>(() => Fetch())).Message;
        Assert.Contains("hat has come is kept", message);
        Assert.DoesNotContain("signature", message);
        Assert.True(new FileInfo(Blob + ".incomplete").Length > 0);
        Assert.False(File.Exists(Blob));
        Assert.Null(Cache.Find(Repository));
        _hub.StoreFault = null;
        _hub.Requests.Clear();
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
        Assert.StartsWith("bytes=", Gets.First().Range!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        var silences = 0;
        _hub.StoreFault = async context =>
        {
            if (!IsWeights(context) || silences++ > 0) return false;
            await LoopbackHub.Send(context, Weights, 1000);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch(settings: Settings with { Patience = TimeSpan.FromMilliseconds(300) })).PathOf("model.bin")));
        Assert.Equal("bytes=1000-", Gets.Last(r => r.Range is not null).Range);
    }

    [Fact]
    public async Task Wrong_bytes_are_never_kept()
    {
        _hub.StoreFault = context => IsWeights(context) ? Done(LoopbackHub.Send(context, Bytes(Weights.Length, 3))) : No;
        var message = (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message;
        Assert.Contains($"expected the SHA-256 {LoopbackHub.Hash(Weights)}, found {LoopbackHub.Hash(Bytes(Weights.Length, 3))}", message);
        Assert.Equal(2, Gets.Count());
        Assert.False(File.Exists(Blob));
        Assert.False(File.Exists(Blob + ".incomplete"));
        Assert.Null(Cache.Find(Repository));
    }

    [Fact]
    public async Task Wrong_bytes_of_a_small_file_are_seen_by_gits_id()
    {
        _hub.HubFault = async context =>
        {
            if (context.Request.Method != "GET" || !context.Request.Path.Value!.EndsWith("config.json", StringComparison.Ordinal)) return false;
            await LoopbackHub.Send(context, "{\"a\": 7}"u8.ToArray());
            return true;
        };
        Assert.Contains($"expected the git blob id {LoopbackHub.Hash(Config)}, found ",
            (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public async Task A_busy_server_is_asked_again_after_the_time_it_asks_for(int status)
    {
        var busy = new HashSet<string>();
        _hub.HubFault = _hub.StoreFault = context =>
        {
            if (!busy.Add(context.Request.Method + context.Request.Path)) return No;
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        };
        Assert.Equal(Weights, File.ReadAllBytes((await Fetch()).PathOf("model.bin")));
    }

    [Theory]
    [InlineData(429, "3600", 1, "has had too many requests and asks to wait 3600 s: fetch again later.")]
    [InlineData(429, "0", 4, "has had too many requests and asks to wait 0 s: fetch again later.")]
    [InlineData(503, null, 4, "answered 503 Service Unavailable, where owner/name was asked for: fetch again later.")]
    public async Task A_server_that_stays_busy_or_asks_for_too_much_is_left(int status, string? wait, int tries, string message)
    {
        _hub.HubFault = context =>
        {
            context.Response.StatusCode = status;
            if (wait is not null) context.Response.Headers.RetryAfter = wait;
            return Task.FromResult(true);
        };
        Assert.EndsWith(message, (await Assert.ThrowsAsync<IOException>(() => Fetch())).Message);
        Assert.Equal(tries, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        var nowhere = new Uri("http://127.0.0.1:9/");
        var error = await Assert.ThrowsAsync<IOException>(() => Fetch(settings: Settings with { Endpoint = nowhere }));
        Assert.StartsWith("http://127.0.0.1:9/api/models/owner/name/revision/main did not answer, after 4 tries: ", error.Message);
    }

    [Fact]
    public async Task A_redirect_in_a_circle_is_left()
    {
        _hub.HubFault = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = context.Request.Path.Value;
            return Task.FromResult(true);
        };
        Assert.Contains("was redirected more than 10 times", (await Assert.ThrowsAsync<IOException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData("../../../escaped")]
    [InlineData("/escaped")]
    [InlineData("sub/../../escaped")]
    [InlineData("sub\\..\\escaped")]
    public async Task A_file_name_that_climbs_is_refused_before_anything_is_fetched(string name)
    {
        _hub.Add(Repository, name, Sub);
        Assert.Equal(
            $"owner/name: expected names of files inside the repository, found '{name}', which leads out of it or is none: it is not fetched or read.",
            (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message);
        Assert.False(Directory.Exists(_folder["hub"]));
    }

    [Theory]
    [InlineData("\"../../../escaped\"", "\"../../../escaped\"")]
    [InlineData("W/\"abc\"", "none")] // of the server's own headers, one that names no content
    [InlineData(null, "none")]
    public async Task An_etag_that_names_no_content_is_refused(string? tag, string found)
    {
        _hub.HubFault = context =>
        {
            if (context.Request.Method != "HEAD") return No;
            if (tag?.StartsWith("W/", StringComparison.Ordinal) == true) context.Response.Headers.ETag = tag;
            else if (tag is not null) context.Response.Headers["X-Linked-Etag"] = tag;
            return Task.FromResult(true);
        };
        Assert.Contains($"expected an ETag that is a SHA-256 or a git blob id, found {found}: its bytes could not be checked",
            (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message);
    }

    [Fact]
    public async Task A_commit_that_is_none_or_a_page_instead_of_a_description_is_told()
    {
        _hub.Stands = "../../escaped";
        Assert.Contains("found something else (the commit is '../../escaped'): is HF_ENDPOINT a hub?",
            (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message);
        _hub.HubFault = context => Done(context.Response.WriteAsync("<html>Welcome to the hotel</html>"));
        Assert.Contains("is HF_ENDPOINT a hub?", (await Assert.ThrowsAsync<InvalidDataException>(() => Fetch())).Message);
    }

    [Fact]
    public async Task A_disk_without_room_is_told_before_the_first_byte()
    {
        var settings = Settings with { FreeBytes = _ => 100_000 };
        Assert.Equal(
            $"{Cache.Folder}: 305 kB are to come, but its disk has room for 100 kB: make room, or set HF_HOME to a folder on another disk. "
            + "Nothing was fetched.",
            (await Assert.ThrowsAsync<IOException>(() => Fetch(settings: settings))).Message);
        Assert.Empty(Gets);
        Assert.False(Directory.Exists(Cache.Folder));
    }

    [Fact]
    public async Task A_disk_that_fills_up_meanwhile_is_told()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "A device that is always full, of Linux.");
        Directory.CreateDirectory(Path.GetDirectoryName(Blob)!);
        File.CreateSymbolicLink(Blob + ".incomplete", "/dev/full");
        var message = (await Assert.ThrowsAsync<IOException>(() => Fetch())).Message;
        Assert.StartsWith($"{Blob}.incomplete: No space left on device", message);
        Assert.EndsWith("What has come of model.bin is kept: make room and fetch again.", message);
        Assert.False(File.Exists(Blob));
    }

    [Theory]
    [InlineData("GatedRepo", 403, "is given only to those who accept its terms")]
    [InlineData("RepoNotFound", 401, "There is no owner/name at v2 on 127.0.0.1:PORT, or it is private: look at its name, or set HF_TOKEN")]
    [InlineData("RevisionNotFound", 404, "There is no owner/name at v2 on 127.0.0.1:PORT: look at its revisions.")]
    [InlineData(null, 404, "There is no owner/name at v2 on 127.0.0.1:PORT: look at its name and revision.")]
    public async Task What_is_not_there_or_not_for_this_user_is_told(string? code, int status, string message)
    {
        _hub.HubFault = context =>
        {
            context.Response.StatusCode = status;
            if (code is not null) context.Response.Headers["X-Error-Code"] = code;
            return Task.FromResult(true);
        };
        Assert.Contains(message.Replace("PORT", $"{_hub.Endpoint.Port}", StringComparison.Ordinal),
            (await Assert.ThrowsAsync<FileNotFoundException>(() => Fetch("v2"))).Message);
    }
}
