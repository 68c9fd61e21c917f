using System.Net;

namespace Tango2.Hub;

/// <summary>Brings one file to this disk: whole and checked, or not at all. What has come stays for the next try.</summary>
internal sealed class Download(HubClient client, HubSettings settings, RemoteFile file, IProgress<FetchProgress>? progress)
{
    private const int MostTries = 2, ChunkBytes = 1 << 17; // tries of the whole, when its hash is wrong

    private long? _size = file.Size;

    /// <summary>Fetches what is missing of the file.</summary>
    /// <exception cref="InvalidDataException">Its bytes are not those that its hash names; none of them is kept.</exception>
    /// <exception cref="IOException">The server or the disk failed; what has come is kept.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        using var held = await FileLock.Take(file.LockPath, () => Tell(FetchStage.Waiting, 0), cancellation);
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        if (!file.IsHere)
        {
            await FillAndCheck(cancellation);
            File.Move(file.IncompletePath, file.Path, overwrite: true);
        }
        Tell(FetchStage.Here, new FileInfo(file.Path).Length);
    }

    private async Task FillAndCheck(CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            await Fill(cancellation);
            Tell(FetchStage.Checking, _size ?? 0);
            if (file.Hash is not { } hash) return;
            var found = await hash.Of(file.IncompletePath, cancellation);
            if (found == hash.Digits) return;
            File.Delete(file.IncompletePath);
            if (tries == MostTries)
                throw new InvalidDataException(
                    $"{HubClient.Shown(file.Address)}: expected the {hash.Kind} {hash.Digits}, found {found}: {MostTries} times "
                    + "the bytes that came were not those that the server names, so none is kept. Fetch again, by another "
                    + "way if it stays so.");
        }
    }

    private async Task Fill(CancellationToken cancellation)
    {
        await using var part = new FileStream(
            file.IncompletePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (part.CanSeek) part.Seek(0, SeekOrigin.End);
        for (var barren = 0; ;)
        {
            if (part.Position > _size) StartAgain(part);
            var before = part.Position;
            if (before == _size) break;
            try
            {
                await Continue(part, cancellation);
                break;
            }
            catch (CutException cut)
            {
                barren = part.Position > before ? 0 : barren + 1;
                if (barren > settings.Retries)
                    throw new IOException(
                        $"{HubClient.Shown(file.Address)} broke off {barren} times after {ByteText.Of(part.Position)}: {cut.Message} "
                        + "What has come is kept: fetch again later.", cut);
                await Task.Delay(settings.FirstDelay * Math.Pow(2, barren), cancellation);
            }
        }
        await OnDisk(() => Task.Run(() => part.Flush(flushToDisk: true), cancellation));
    }

    private async Task Continue(FileStream part, CancellationToken cancellation)
    {
        using var response = await client.Get(file.Address, part.Position, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && part.Position > 0)
        {
            if (response.Content.Headers.ContentRange?.Length == part.Position) return; // it ends where we are
            StartAgain(part);
            throw new CutException("the server has no such range.");
        }
        client.Check(response, file.Name);
        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode != HttpStatusCode.PartialContent) StartAgain(part); // all of it comes anew
        else if (range?.From != part.Position)
            throw new CutException($"the server sent another range, {range}, than from byte {part.Position}.");
        _size ??= range?.Length ?? response.Content.Headers.ContentLength;
        await Copy(response, part, cancellation);
        if (part.Position < _size) throw new CutException($"it ended after {part.Position} of {_size} bytes.");
    }

    private async Task Copy(HttpResponseMessage response, FileStream part, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var chunk = new byte[ChunkBytes];
        while (await Read(body, chunk, cancellation) is var count and > 0)
        {
            await OnDisk(() => part.WriteAsync(chunk.AsMemory(0, count), cancellation).AsTask());
            Tell(FetchStage.Arriving, part.Position);
            if (part.Position > _size) return; // its hash will not fit
        }
    }

    private async Task<int> Read(Stream body, byte[] chunk, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Patience);
        try
        {
            return await body.ReadAsync(chunk, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CutException($"nothing came for {settings.Patience.TotalSeconds:0} s.");
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new CutException(error.Message, error);
        }
    }

    private async Task OnDisk(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (IOException error)
        {
            throw new IOException(
                $"{file.IncompletePath}: {error.Message.TrimEnd('.')}. What has come of {file.Name} is kept: make room and fetch "
                + "again.", error);
        }
    }

    private static void StartAgain(FileStream part)
    {
        if (part.Position == 0) return;
        part.SetLength(0);
        part.Seek(0, SeekOrigin.Begin);
    }

    private void Tell(FetchStage stage, long done) => progress?.Report(new(file, stage, done, _size));

    private sealed class CutException(string message, Exception? inner = null) : Exception(message, inner);
}
