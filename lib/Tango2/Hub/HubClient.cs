using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace Tango2.Hub;

/// <summary>Requests to a hub: repeated when the server is busy, redirected by hand so that the token stays at home.</summary>
internal sealed class HubClient : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HubSettings _settings;
    private readonly HttpClient _http;

    /// <param name="settings">Endpoint, token and patience.</param>
    public HubClient(HubSettings settings)
    {
        _settings = settings;
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None, // hashes and ranges are of the bytes themselves
            ConnectTimeout = settings.Patience,
        };
        _http = new(new ResilienceHandler(Repeating(settings)) { InnerHandler = sockets }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(
            $"tango2/{typeof(HubClient).Assembly.GetName().Version?.ToString(3)}");
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    /// <summary>An address on the endpoint.</summary>
    /// <param name="path">Names with / between them; each is escaped.</param>
    public Uri On(string path) => new(
        _settings.Endpoint.AbsoluteUri.TrimEnd('/') + "/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    /// <summary>Asks for a file from a byte on; the answer's status may be 206, 200 or 416.</summary>
    public Task<HttpResponseMessage> Get(Uri address, long from, CancellationToken cancellation) => Send(
        HttpMethod.Get, address, from, response => !IsRedirect(response), cancellation);

    /// <summary>Asks for what is told of a file, on its way through redirects.</summary>
    /// <param name="address">The file.</param>
    /// <param name="enough">Looks at each answer, and says whether it needs to follow no further.</param>
    /// <param name="cancellation">Ends the request.</param>
    public Task<HttpResponseMessage> Head(Uri address, Func<HttpResponseMessage, bool> enough, CancellationToken cancellation) => Send(
        HttpMethod.Head, address, 0, response => enough(response) || !IsRedirect(response), cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>An address without what may be a signature or a password in it.</summary>
    public static string Shown(Uri address) => address.GetLeftPart(UriPartial.Path);

    private static bool IsRedirect(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, Uri address, long from, Func<HttpResponseMessage, bool> isLast, CancellationToken cancellation)
    {
        if (_settings.Offline)
            throw new IOException($"HF_HUB_OFFLINE is set, so {Shown(address)} is not asked for: unset it to fetch.");
        var at = address;
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            var response = await Once(method, at, from, cancellation);
            if (isLast(response)) return response;
            using (response) at = Next(at, response.Headers.Location!);
        }
        throw new IOException(
            $"{Shown(address)} was redirected more than {MostRedirects} times, at last to {Shown(at)}: the server leads in a circle.");
    }

    private async Task<HttpResponseMessage> Once(HttpMethod method, Uri address, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        if (from > 0) request.Headers.Range = new(from, null);
        if (_settings.Token is { } token && IsEndpoint(address)) request.Headers.Authorization = new("Bearer", token);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or TimeoutRejectedException)
        {
            throw new IOException(
                $"{Shown(address)} did not answer, after {_settings.Retries + 1} tries: {error.Message.TrimEnd('.')}. "
                + "Look at the connection and fetch again; what has come is kept.", error);
        }
    }

    private bool IsEndpoint(Uri address) => Uri.Compare(
        address, _settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Uri Next(Uri at, Uri location)
    {
        var next = new Uri(at, location);
        var isSafe = next.Scheme == Uri.UriSchemeHttps || next.Scheme == Uri.UriSchemeHttp && at.Scheme == Uri.UriSchemeHttp;
        return isSafe ? next : throw new IOException(
            $"{Shown(at)} was redirected to {Shown(next)}: expected https, so it is not followed.");
    }

    private static ResiliencePipeline<HttpResponseMessage> Repeating(HubSettings settings) =>
        new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = settings.Retries,
                Delay = settings.FirstDelay,
                MaxDelay = settings.LongestDelay,
                ShouldHandle = outcome => new(
                    HttpClientResiliencePredicates.IsTransient(outcome.Outcome)
                    && !(Wait(outcome.Outcome.Result) > settings.LongestDelay)),
            })
            .AddTimeout(settings.Patience)
            .Build();

    /// <summary>How long a server asks to wait.</summary>
    public static TimeSpan? Wait(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow,
        _ => null,
    };

    /// <summary>One header of an answer.</summary>
    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>Refuses an answer that is no success, and says what to do.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What was asked for, such as a repository.</param>
    /// <exception cref="FileNotFoundException">There is no such thing, or not for this user.</exception>
    /// <exception cref="IOException">It is another answer.</exception>
    public void Check(HttpResponseMessage response, string what)
    {
        if (response.IsSuccessStatusCode) return;
        var address = response.RequestMessage!.RequestUri!;
        var with = _settings.Token is null ? "set HF_TOKEN to a token that may read it" : "the token of HF_TOKEN may not read it";
        throw (Header(response, "X-Error-Code"), (int)response.StatusCode) switch
        {
            ("GatedRepo", _) => new FileNotFoundException(
                $"{what} is given only to those who accept its terms: do so on {_settings.Endpoint}, and {with}."),
            ("RevisionNotFound", _) => new FileNotFoundException($"There is no {what} on {address.Authority}: look at its revisions."),
            (_, 401 or 403) => new FileNotFoundException(
                $"There is no {what} on {address.Authority}, or it is private: look at its name, or {with}."),
            (_, 404 or 410) => new FileNotFoundException($"There is no {what} on {address.Authority}: look at its name and revision."),
            (_, 429) => new IOException(
                $"{address.Authority} has had too many requests" + (Wait(response) is { } wait
                    ? FormattableString.Invariant($" and asks to wait {wait.TotalSeconds:0} s") : "") + ": fetch again later."),
            var (_, status) => new IOException(
                $"{Shown(address)} answered {status} {response.ReasonPhrase}, where {what} was asked for: fetch again later."),
        };
    }
}
