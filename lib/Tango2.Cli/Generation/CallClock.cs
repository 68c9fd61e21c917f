using System.Diagnostics;
using Tango2.Pipelines;

namespace Tango2.Cli.Generation;

/// <summary>Counts the denoising network's calls, and takes the time of one.</summary>
/// <param name="device">Where they are computed.</param>
internal sealed class CallClock(TorchSharp.torch.Device device)
{
    private long _first, _last;
    private int _done, _of;

    /// <summary>What notes a call and passes it on.</summary>
    /// <param name="progress">Takes how many calls are done, and how many there will be.</param>
    public Action<int, int> Noting(Action<int, int> progress) => (done, of) =>
    {
        Devices.Wait(device);
        (_last, _done, _of) = (Stopwatch.GetTimestamp(), done, of);
        if (done == 1) _first = _last;
        progress(done, of);
    };

    /// <summary>Such as "200 network calls of 1.25 s"; the first, which also warms up, is not in the time.</summary>
    public override string ToString() => _done < 2 ? $"{_of} network calls" : FormattableString.Invariant(
        $"{_of} network calls of {Stopwatch.GetElapsedTime(_first, _last).TotalSeconds / (_done - 1):0.00#} s");
}
