using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Checkpoints;
using Tango2.Files;
using Tango2.Hub;

namespace Tango2.Published;

/// <summary>Reads the files of a snapshot, so that whatever is wrong with one is told with its name.</summary>
internal static class PublishedFiles
{
    private const int MostMisfits = 6;

    /// <summary>A configuration file, by a reader of its text.</summary>
    /// <exception cref="InvalidDataException">The file is not such a configuration; the message begins with its name.</exception>
    public static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(Utf8File.Text(path));
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or ArgumentException or InvalidOperationException)
        {
            if (error.Message.StartsWith(path, StringComparison.Ordinal)) throw;
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>A JSON object.</summary>
    public static JsonObject Object(string json) => JsonNode.Parse(json) as JsonObject
        ?? throw new InvalidDataException("expected a JSON object, found another value.");

    /// <summary>A network filled from a file of any known layout.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">The file.</param>
    /// <param name="sizes">What the network's sizes were taken from, for the message.</param>
    /// <exception cref="InvalidDataException">The weights are damaged, or of other sizes; then a few of their keys are named.</exception>
    public static T Filled<T>(T network, string weights, string sizes) where T : nn.Module
    {
        try
        {
            ForeignLayouts.Load(network, weights);
            return network;
        }
        catch (InvalidDataException error)
        {
            network.Dispose();
            if (error.Data[StateDict.Misfits] is not int count)
                throw new InvalidDataException($"{error.Message.TrimEnd('.')}. If the file was cut or damaged on its way, fetch or copy it again.", error);
            var lines = error.Message.Split('\n');
            throw new InvalidDataException(
                string.Join('\n', lines.Take(1 + MostMisfits)) + (count > MostMisfits ? $"\n  and {count - MostMisfits} more" : "") +
                $"\nThe network's sizes are those of {sizes}: take the configuration and the weights of one model.", error);
        }
    }

    /// <summary>A repository's files: in the hub's cache, or in a folder of its name beside a plain folder.</summary>
    /// <param name="repository">Such as google/flan-t5-large.</param>
    /// <param name="beside">The snapshot that names it.</param>
    /// <param name="cache">The hub's cache.</param>
    public static Snapshot? Companion(string repository, Snapshot beside, HubCache cache)
    {
        if (cache.Find(repository) is { } found) return found;
        var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(beside.Folder)));
        var sibling = above is null ? null : Path.Combine(above, repository.Split('/')[^1]);
        return Directory.Exists(sibling) ? new(sibling) : null;
    }

    /// <summary>The hub's cache that a snapshot lies in, or the environment's.</summary>
    public static HubCache CacheOf(Snapshot snapshot)
    {
        // FOLDER/models--owner--name/snapshots/revision
        var model = Path.GetDirectoryName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(snapshot.Folder))));
        return snapshot.Repository is not null && Path.GetDirectoryName(model) is { } cache
            ? new(cache) : HubCache.FromEnvironment();
    }
}
