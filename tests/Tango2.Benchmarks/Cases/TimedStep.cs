namespace Tango2.Benchmarks.Cases;

/// <summary>What a case repeats under the clock, with all that it needs already built.</summary>
/// <param name="run">One step. Its result is checked for its shape once, and disposed.</param>
/// <param name="networks">What the step works on; counted, and disposed with the step.</param>
internal class TimedStep(Func<Tensor> run, params nn.Module[] networks) : IDisposable
{
    /// <summary>Parameters of all networks: must be as many as the reference's.</summary>
    public long Parameters => networks.Sum(n => n.parameters().Sum(p => p.numel()));

    /// <summary>One step as the library makes it, or as it is without one of the library's tricks.</summary>
    /// <param name="variant">The name of a variant of the case; null for the step itself.</param>
    public virtual Tensor Run(string? variant) => run();

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var network in networks) network.Dispose();
    }
}
