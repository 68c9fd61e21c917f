using System.Globalization;
using System.Text.Json;
using Tango2.Files;

namespace Tango2.Hub;

/// <summary>Downloads from the hub into its cache, so that huggingface_hub finds the files and takes them for its own.</summary>
/// <remarks>Facts of the hub's paths, headers and cache: huggingface_hub's documentation and behaviour.</remarks>
internal sealed class Fetcher(HubCache cache, HubSettings settings) : IDisposable
{
    private const int AtOnce = 4; // questions to the hub; files come one after the other

    private readonly HubClient _client = new(settings);

    public void Dispose() => _client.Dispose();

    /// <summary>Asks the hub what a fetch of a repository would bring.</summary>
    /// <param name="repository">Such as declare-lab/tango2, or datasets/declare-lab/audio-alpaca.</param>
    /// <param name="revision">A branch, a tag, a commit or one such as refs/pr/1.</param>
    /// <param name="choose">Which of its files are wanted.</param>
    /// <param name="cancellation">Ends the questions.</param>
    public async Task<FetchPlan> Plan(
        string repository, string revision, Func<IReadOnlyList<string>, IReadOnlyList<string>> choose, CancellationToken cancellation)
    {
        var (commit, names, licence) = await Listing(HubNames.Repository(repository), HubNames.Revision(revision), cancellation);
        var chosen = choose(names);
        var files = new RemoteFile[chosen.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, stop) => files[i] = await Ask(repository, commit, chosen[i], stop));
        return new(repository, cache.FilesOf(repository, commit), files)
        {
            Revision = revision,
            Commit = commit,
            Licence = licence,
            Left = [.. names.Except(chosen)],
        };
    }

    /// <summary>Plans the fetch of files that are on no hub.</summary>
    public FetchPlan Plan(string name, IReadOnlyList<PlainFile> files)
    {
        var folder = cache.PlainFolderOf(name);
        return new(name, folder, [.. files.Where(f => f.Address is not null).Select(f => new RemoteFile(
            f.Name, new(f.Address!), f.Size, f.Hash, Path.Combine(folder, HubNames.File(f.Name, name)),
            cache.PlainLockOf(name, f.Name)))]);
    }

    /// <summary>Fetches what is missing of some plans, after a look at the disk's room.</summary>
    /// <returns>Where each plan's files are.</returns>
    /// <exception cref="IOException">There is no room, the server failed or the disk did; what has come is kept.</exception>
    /// <exception cref="InvalidDataException">Bytes came that are not those that the server names.</exception>
    public async Task<IReadOnlyList<Snapshot>> Fetch(
        IReadOnlyList<FetchPlan> plans, IProgress<FetchProgress>? progress, CancellationToken cancellation)
    {
        CheckRoom(plans);
        var snapshots = new List<Snapshot>();
        foreach (var plan in plans)
        {
            foreach (var file in plan.Files)
            {
                await new Download(_client, settings, file, progress).Run(cancellation);
                if (plan.Commit is not null) Link(file.Path, Path.Combine(plan.Folder, file.Name));
            }
            // Last, so that a branch never names a commit whose files are not all here.
            if (plan.Commit is { } commit && plan.Revision is { } revision && revision != commit)
                AtomicFile.WriteText(cache.ReferenceOf(plan.Name, revision), commit);
            snapshots.Add(plan.Commit is null ? new(plan.Folder) : new(plan.Folder, plan.Name, plan.Commit));
        }
        return snapshots;
    }

    private void CheckRoom(IReadOnlyList<FetchPlan> plans)
    {
        var (missing, free) = (plans.Sum(p => p.Missing), settings.FreeBytes(cache.Folder));
        if (missing > free)
            throw new IOException(
                $"{cache.Folder}: {ByteText.Of(missing)} are to come, but its disk has room for {ByteText.Of(free)}: make room, or set "
                + "HF_HOME to a folder on another disk. Nothing was fetched.");
    }

    private async Task<(string Commit, IReadOnlyList<string> Names, string? Licence)> Listing(
        string repository, string revision, CancellationToken cancellation)
    {
        var kind = repository.StartsWith(HubNames.Datasets, StringComparison.Ordinal) ? "api/" : "api/models/";
        // A revision such as refs/pr/1 is one part of the path.
        var address = new Uri(_client.On($"{kind}{repository}/revision").AbsoluteUri + "/" + Uri.EscapeDataString(revision));
        for (var tries = 1; ; tries++)
        {
            using var response = await _client.Get(address, 0, cancellation);
            _client.Check(response, revision == "main" ? repository : $"{repository} at {revision}");
            try
            {
                using var json = await JsonDocument.ParseAsync(
                    await response.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
                return Listing(json.RootElement, repository);
            }
            catch (Exception error) when (error is IOException or JsonException && tries <= settings.Retries)
            {
                await Task.Delay(settings.FirstDelay * tries, cancellation); // cut off in the middle
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new InvalidDataException(
                    $"{HubClient.Shown(address)}: expected the hub's description of {repository}, with its commit and files, found "
                    + $"something else ({error.Message.TrimEnd('.')}): is HF_ENDPOINT a hub?", error);
            }
        }
    }

    private static (string Commit, IReadOnlyList<string> Names, string? Licence) Listing(JsonElement json, string repository)
    {
        var commit = json.GetProperty("sha").GetString() ?? "";
        if (!HubNames.IsCommit(commit)) throw new JsonException($"the commit is '{commit}'.");
        var names = json.GetProperty("siblings").EnumerateArray()
            .Select(file => HubNames.File(file.GetProperty("rfilename").GetString() ?? "", repository));
        var tags = json.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(tag => tag.ToString()) : [];
        const string Mark = "license:";
        return (commit, [.. names.Order(StringComparer.Ordinal)],
            tags.FirstOrDefault(tag => tag.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..]);
    }

    /// <summary>Size and hash of a file: of the first answer on the way that has them, which is the hub's own.</summary>
    private async Task<RemoteFile> Ask(string repository, string commit, string name, CancellationToken cancellation)
    {
        var address = _client.On($"{repository}/resolve/{commit}/{name}");
        string? tag = null, size = null, at = null;
        using var last = await _client.Head(address, Enough, cancellation);
        if (tag is null) _client.Check(last, $"{name} in {repository}");
        if (at is not null && at != commit)
            throw new InvalidDataException(
                $"{HubClient.Shown(address)}: expected a file of the commit {commit}, found one of {at}: fetch again.");
        var hash = ContentHash.OfETag(tag) ?? throw new InvalidDataException(
            $"{HubClient.Shown(address)}: expected an ETag that is a SHA-256 or a git blob id, found {tag ?? "none"}: its bytes could "
            + "not be checked, so it is not fetched.");
        var bytes = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : last.IsSuccessStatusCode ? last.Content.Headers.ContentLength : null;
        return new(name, address, bytes, hash, cache.BlobOf(repository, hash.Digits), cache.LockOf(repository, hash.Digits));

        bool Enough(HttpResponseMessage response)
        {
            at ??= HubClient.Header(response, "X-Repo-Commit");
            tag ??= HubClient.Header(response, "X-Linked-Etag")
                ?? (response.Headers.ETag?.Tag is { } own && ContentHash.OfETag(own) is not null ? own : null);
            size ??= HubClient.Header(response, "X-Linked-Size");
            return tag is not null && size is not null;
        }
    }

    /// <summary>Makes a snapshot's file: a relative link to the blob, or where links are not to be had, a copy.</summary>
    private static void Link(string blob, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var there = new FileInfo(path);
        var isLinked = there.LinkTarget is { } old
            ? Path.GetFullPath(old, folder) == blob : there.Exists && there.Length == new FileInfo(blob).Length;
        if (isLinked) return;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            try
            {
                File.CreateSymbolicLink(temporary, Path.GetRelativePath(folder, blob));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                File.Copy(blob, temporary, overwrite: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
