namespace Tango2.Training;

/// <summary>An exponential moving average of a network's parameters.</summary>
/// <remarks>The decay rises as min(decay, (1 + n) / (10 + n)), so that the random start is soon forgotten.</remarks>
internal sealed class Ema : IDisposable
{
    private readonly (string Name, Tensor Value)[] _parameters;
    private readonly Tensor[] _averages;

    /// <summary>Starts the average at the parameters' present values.</summary>
    /// <param name="parameters">Names and parameters; the names are keys of the saved state.</param>
    /// <param name="decay">The decay reached in the end, in [0, 1).</param>
    /// <exception cref="ArgumentException">The decay is out of its range.</exception>
    public Ema(IEnumerable<(string Name, TorchSharp.Modules.Parameter Value)> parameters, double decay)
    {
        Ranges.Check(Ranges.IsDecay(decay), "decay", "in [0, 1)", decay);
        _parameters = [.. parameters.Select(p => (p.Name, (Tensor)p.Value))];
        using var noGrad = no_grad();
        _averages = [.. _parameters.Select(p => p.Value.clone().DetachFromDisposeScope())];
        Decay = decay;
    }

    /// <summary>The decay reached in the end.</summary>
    public double Decay { get; }

    /// <summary>Takes the parameters in after update <paramref name="step"/> (from 0).</summary>
    public void Update(int step)
    {
        var decay = Math.Min(Decay, (1.0 + step) / (10.0 + step));
        FusedAdamW.Lerp(_averages, Array.ConvertAll(_parameters, p => p.Value), 1 - decay);
    }

    /// <summary>Overwrites the parameters with their averages.</summary>
    public void CopyToParameters()
    {
        using var noGrad = no_grad();
        foreach (var ((_, value), average) in _parameters.Zip(_averages)) value.copy_(average);
    }

    /// <summary>The averages by key; the tensors are this object's own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _parameters.Zip(_averages, (p, average) => new KeyValuePair<string, Tensor>($"ema.{p.Name}", average));

    /// <summary>Restores what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">A key is missing or misshapen; the message names it.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) =>
        StateTensors.Copy(state, State(), "The averages' state");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in _averages) average.Dispose();
    }
}
