using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tango2.Tests.Hub;

/// <summary>
/// A hub on 127.0.0.1 that speaks the real one's paths, with a second server on another port that keeps the large files.
/// A fault is a function that answers in the server's place.
/// </summary>
internal sealed class LoopbackHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private const int LargeBytes = 1000; // files from here on are on the other server, named by their SHA-256

    private readonly WebApplication _hub, _store;
    private readonly Dictionary<string, Dictionary<string, byte[]>> _repositories = [];

    private LoopbackHub() => (_hub, _store) = (Server(ServeHub, "hub"), Server(ServeStore, "store"));

    /// <summary>Answers in the hub's place if it returns true.</summary>
    public Func<HttpContext, Task<bool>>? HubFault { get; set; }

    /// <summary>Answers in the place of the server of large files if it returns true.</summary>
    public Func<HttpContext, Task<bool>>? StoreFault { get; set; }

    /// <summary>The commit that every revision stands at.</summary>
    public string Stands { get; set; } = Commit;

    /// <summary>What the description says of the licence.</summary>
    public string[] Tags { get; set; } = ["license:cc-by-nc-sa-4.0"];

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = [];

    public Uri Endpoint => new(_hub.Urls.First());

    public Uri Store => new(_store.Urls.First());

    public static async Task<LoopbackHub> Start()
    {
        var hub = new LoopbackHub();
        await hub._hub.StartAsync();
        await hub._store.StartAsync();
        return hub;
    }

    /// <summary>Adds a file to a repository.</summary>
    public void Add(string repository, string file, byte[] content)
    {
        if (!_repositories.TryGetValue(repository, out var files)) _repositories[repository] = files = [];
        files[file] = content;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    [SuppressMessage("Security", "CA5350", Justification = "git names its blobs by SHA-1.")]
    public static string Hash(byte[] content) => content.Length >= LargeBytes
        ? Convert.ToHexStringLower(SHA256.HashData(content))
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    /// <summary>Sends some bytes of an answer that promised more, then breaks the connection.</summary>
    public static async Task Cut(HttpContext context, byte[] content, int after)
    {
        await Send(context, content, after);
        await Task.Delay(200); // a reset would overtake what was sent
        context.Abort();
    }

    /// <summary>Sends the first bytes of an answer, or of the asked range, with the headers of the whole.</summary>
    public static async Task Send(HttpContext context, byte[] content, int most = int.MaxValue)
    {
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0);
        if (from >= content.Length && from > 0)
        {
            context.Response.StatusCode = 416;
            context.Response.Headers.ContentRange = $"bytes */{content.Length}";
            return;
        }
        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        context.Response.ContentLength = content.Length - from;
        if (context.Request.Method == "HEAD") return;
        await context.Response.Body.WriteAsync(content.AsMemory(from, Math.Min(most, content.Length - from)));
        await context.Response.Body.FlushAsync();
    }

    private WebApplication Server(RequestDelegate serve, string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(async context =>
        {
            var request = context.Request;
            Requests.Enqueue(new(name, request.Method, request.Path.Value!, request.Headers.Range, request.Headers.Authorization, request.Headers.AcceptEncoding));
            var fault = name == "hub" ? HubFault : StoreFault;
            if (fault is null || !await fault(context)) await serve(context);
        });
        return server;
    }

    private async Task ServeHub(HttpContext context)
    {
        var path = context.Request.Path.Value!.Trim('/');
        if (path.StartsWith("api/", StringComparison.Ordinal)) await Describe(context, path["api/".Length..]);
        else await Resolve(context, path);
    }

    private async Task Describe(HttpContext context, string path)
    {
        if (path.StartsWith("models/", StringComparison.Ordinal)) path = path["models/".Length..];
        var parts = path.Split("/revision/");
        if (parts.Length != 2 || !_repositories.TryGetValue(parts[0], out var files))
        {
            context.Response.StatusCode = 401; // as the hub says of what is not there, or not for you
            context.Response.Headers["X-Error-Code"] = "RepoNotFound";
            return;
        }
        await context.Response.WriteAsJsonAsync(new
        {
            sha = Stands,
            tags = Tags,
            siblings = files.Keys.Select(file => new { rfilename = file }),
        });
    }

    private async Task Resolve(HttpContext context, string path)
    {
        var parts = path.Split("/resolve/");
        var file = parts[^1][(parts[^1].IndexOf('/') + 1)..];
        if (parts.Length != 2 || !_repositories.TryGetValue(parts[0], out var files) || !files.TryGetValue(file, out var content))
        {
            context.Response.StatusCode = 404;
            context.Response.Headers["X-Error-Code"] = "EntryNotFound";
            return;
        }
        context.Response.Headers["X-Repo-Commit"] = Stands;
        if (content.Length < LargeBytes)
        {
            context.Response.Headers.ETag = $"\"{Hash(content)}\"";
            await Send(context, content);
            return;
        }
        context.Response.Headers["X-Linked-Etag"] = $"\"{Hash(content)}\"";
        context.Response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = new Uri(Store, $"{Hash(content)}?signature=secret").AbsoluteUri;
    }

    private Task ServeStore(HttpContext context)
    {
        var hash = context.Request.Path.Value!.Trim('/');
        context.Response.Headers.ETag = "\"d41d8cd98f00b204e9800998ecf8427e\""; // a store's own, of no use
        return Send(context, _repositories.Values.SelectMany(files => files.Values).First(content => Hash(content) == hash));
    }

    /// <summary>What a server was asked.</summary>
    internal sealed record Asked(string Server, string Method, string Path, string? Range, string? Authorization, string? Encoding);
}
