using Tango2.Files;

namespace Tango2.Hub;

/// <summary>How files are fetched.</summary>
internal sealed record HubSettings
{
    private static readonly string[] Yes = ["1", "ON", "YES", "TRUE"];

    /// <summary>The hub's address, without a / at its end.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Sent to the endpoint and to no other host; null if there is none.</summary>
    public string? Token { get; init; }

    /// <summary>No connection is opened.</summary>
    public bool Offline { get; init; }

    /// <summary>How often a request is repeated that met a busy or broken server, or no server.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The wait before the first repetition; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a server may ask for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that a user may still write to the disk of a folder, which need not be there yet.</summary>
    public Func<string, long> FreeBytes { get; init; } = FreeOnDisk;

    /// <summary>HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE, as huggingface_hub reads them.</summary>
    /// <exception cref="ArgumentException">The endpoint is no address, or the token would cross the net in the clear.</exception>
    public static HubSettings FromEnvironment()
    {
        var settings = new HubSettings
        {
            Token = Variable("HF_TOKEN")?.Trim(),
            Offline = IsOn(Variable("HF_HUB_OFFLINE") ?? Variable("TRANSFORMERS_OFFLINE")),
        };
        return Checked(Variable("HF_ENDPOINT") is { } address ? settings with { Endpoint = EndpointOf(address) } : settings);
    }

    private static HubSettings Checked(HubSettings settings)
    {
        if (settings.Token is { } token && !token.All(c => c is > ' ' and < '\x7f'))
            throw new ArgumentException("HF_TOKEN must be one word of ASCII, but holds other characters (it is not shown here).");
        if (settings.Endpoint.Scheme == Uri.UriSchemeHttps || settings.Endpoint.IsLoopback || settings.Offline) return settings;
        if (settings.Token is not null)
            throw new ArgumentException(
                $"HF_ENDPOINT is {settings.Endpoint}, and HF_TOKEN would be sent there in the clear: use https, or unset HF_TOKEN.");
        Warnings.Give($"HF_ENDPOINT is {settings.Endpoint}: without https nobody can tell who sends the files or their hashes.");
        return settings;
    }

    private static Uri EndpointOf(string address) =>
        Uri.TryCreate(address.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri
            : throw new ArgumentException($"HF_ENDPOINT must be an address such as https://huggingface.co, but is '{address}'.");

    private static long FreeOnDisk(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above) there = above;
        return new DriveInfo(there).AvailableFreeSpace;
    }

    private static bool IsOn(string? value) => Yes.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
