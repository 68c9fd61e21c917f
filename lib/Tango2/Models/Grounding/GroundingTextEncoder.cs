using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>The mean of the words' embeddings; ids and mask [B, S] to [B, D].</summary>
public sealed class GroundingTextEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding embedding;

    /// <summary>Builds the layer with random weights.</summary>
    public GroundingTextEncoder(int vocabSize, int width) : base(nameof(GroundingTextEncoder))
    {
        embedding = Embedding(vocabSize, width);
        RegisterComponents();
        init.kaiming_uniform_(embedding.weight!);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var weights = mask.to(embedding.weight!.dtype).unsqueeze(-1);             // [B, S, 1]
        var sum = (embedding.call(ids) * weights).sum(1);
        return (sum / weights.sum(1).clamp_min(1)).MoveToOuterDisposeScope();
    }
}
