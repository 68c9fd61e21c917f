namespace Tango2.Training;

/// <summary>AdamW over libtorch's fused operator: one native call a step, with clipping of the gradient's norm.</summary>
/// <remarks>
/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", algorithm 2. TorchSharp's own AdamW is a managed
/// loop over the parameters and several times slower; the operator is reached through TorchScript.
/// </remarks>
internal sealed class FusedAdamW : IDisposable
{
    private const string Script =
        """
        def adamw(params: List[Tensor], grads: List[Tensor], exp_avgs: List[Tensor], exp_avg_sqs: List[Tensor],
                  steps: List[Tensor], lr: float, beta1: float, beta2: float, weight_decay: float, eps: float,
                  max_norm: float) -> Tensor:
            norm = torch.norm(torch.stack(torch._foreach_norm(grads, 2)))
            if max_norm > 0.0:
                torch._foreach_mul_(grads, torch.clamp(max_norm / (norm + 1e-6), max=1.0))
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(params, grads, exp_avgs, exp_avg_sqs, [], steps, lr=lr, beta1=beta1, beta2=beta2,
                                weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)
            return norm

        def lerp(averages: List[Tensor], values: List[Tensor], weight: float) -> None:
            torch._foreach_lerp_(averages, values, weight)

        """;

    private static readonly Lazy<jit.CompilationUnit> Compiled = new(() => jit.compile(Script));
    private readonly (string Name, Tensor Value)[] _parameters;
    private readonly Tensor[] _firstMoments, _secondMoments, _steps;

    /// <summary>Makes an optimiser for parameters; those without <c>requires_grad</c> are left out.</summary>
    /// <param name="parameters">Names and parameters; the names are keys of the saved state.</param>
    /// <param name="beta1">Decay of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, in [0, 1).</param>
    /// <param name="weightDecay">Decoupled weight decay, at least 0.</param>
    /// <param name="eps">Added to the root of the second moment; above 0.</param>
    /// <exception cref="ArgumentException">A number is out of its range, or no parameter is to be trained.</exception>
    public FusedAdamW(
        IEnumerable<(string Name, TorchSharp.Modules.Parameter Value)> parameters,
        double beta1 = 0.9, double beta2 = 0.999, double weightDecay = 1e-2, double eps = 1e-8)
    {
        Ranges.Check(Ranges.IsDecay(beta1), "beta1", "in [0, 1)", beta1);
        Ranges.Check(Ranges.IsDecay(beta2), "beta2", "in [0, 1)", beta2);
        Ranges.Check(Ranges.IsNotNegative(weightDecay), "weightDecay", "0 or more", weightDecay);
        Ranges.Check(Ranges.IsPositive(eps), "eps", "above 0", eps);
        _parameters = [.. parameters.Where(p => p.Value.requires_grad).Select(p => (p.Name, (Tensor)p.Value))];
        if (_parameters.Length == 0) throw new ArgumentException("There is no parameter to train: all are frozen.");
        (Beta1, Beta2, WeightDecay, Eps) = (beta1, beta2, weightDecay, eps);
        _firstMoments = [.. _parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
        _secondMoments = [.. _parameters.Select(p => zeros_like(p.Value, requires_grad: false).DetachFromDisposeScope())];
        _steps = [.. _parameters.Select(p => zeros([], device: p.Value.device).DetachFromDisposeScope())];
    }

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; }

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; }

    /// <summary>Added to the root of the second moment.</summary>
    public double Eps { get; }

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var (_, value) in _parameters)
        {
            using var gradient = value.grad;
            if (gradient is not null) value.grad = null;
        }
    }

    /// <summary>One update from the gradients that are there; returns their norm before clipping.</summary>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="maxNorm">The gradients' joint norm is clipped to this; 0 does not clip.</param>
    /// <exception cref="ArgumentException">A number is below 0 or not finite.</exception>
    public double Step(double learningRate, double maxNorm = 0)
    {
        Ranges.Check(Ranges.IsNotNegative(learningRate), "learningRate", "0 or more", learningRate);
        Ranges.Check(Ranges.IsNotNegative(maxNorm), "maxNorm", "0 or more", maxNorm);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradients = Array.ConvertAll(_parameters, p => p.Value.grad ?? zeros_like(p.Value));
        var norm = (Tensor)Compiled.Value.invoke(
            "adamw", Values, gradients, _firstMoments, _secondMoments, _steps,
            learningRate, Beta1, Beta2, WeightDecay, Eps, maxNorm);
        return norm.item<float>();
    }

    /// <summary>average := average + weight · (value − average), for lists of tensors in place.</summary>
    public static void Lerp(Tensor[] averages, Tensor[] values, double weight)
    {
        using var noGrad = no_grad();
        Compiled.Value.invoke("lerp", averages, values, weight);
    }

    /// <summary>The moments and step counts, by key; the tensors are the optimiser's own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _parameters.SelectMany((p, i) => new KeyValuePair<string, Tensor>[]
        {
            new($"exp_avg.{p.Name}", _firstMoments[i]),
            new($"exp_avg_sq.{p.Name}", _secondMoments[i]),
            new($"step.{p.Name}", _steps[i]),
        });

    /// <summary>Restores what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">A key is missing or misshapen; the message names it.</exception>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state) =>
        StateTensors.Copy(state, State(), "The optimiser's state");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _firstMoments.Concat(_secondMoments).Concat(_steps)) tensor.Dispose();
    }

    private Tensor[] Values => Array.ConvertAll(_parameters, p => p.Value);
}
