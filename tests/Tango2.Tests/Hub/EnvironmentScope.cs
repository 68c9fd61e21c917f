namespace Tango2.Tests.Hub;

/// <summary>Variables of the environment for one test; null unsets one.</summary>
internal sealed class EnvironmentScope : IDisposable
{
    private static readonly string[] OfTheHub =
    [
        "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE", "TORCH_HOME",
    ];

    private readonly Dictionary<string, string?> _before;

    /// <summary>Sets some, and unsets all others that the hub's readers know.</summary>
    public EnvironmentScope(params (string Name, string? Value)[] variables)
    {
        _before = OfTheHub.Concat(variables.Select(v => v.Name)).Distinct().ToDictionary(n => n, Environment.GetEnvironmentVariable);
        foreach (var name in OfTheHub) Environment.SetEnvironmentVariable(name, null);
        foreach (var (name, value) in variables) Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
    }
}
