// Keys and numerics of transformers' T5EncoderModel (v4.27), written from its architecture. Left out: the decoder,
// head pruning and the ungated feed-forward layer of T5 v1.0.
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>The encoder of T5 v1.1 and FLAN-T5: token ids to text states.</summary>
public sealed class T5EncoderModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding shared;
    private readonly T5Stack encoder;

    /// <summary>Builds the encoder with T5's random weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="generator">Draws the weights; null draws from torch's global generator.</param>
    /// <param name="device">Where to build; <c>META</c> gives names and shapes without memory.</param>
    public T5EncoderModel(T5Config config, Generator? generator = null, Device? device = null)
        : base(nameof(T5EncoderModel))
    {
        Config = config;
        shared = nn.Embedding(config.VocabSize, config.DModel, device: device);
        encoder = new T5Stack(config, shared, device);
        RegisterComponents();
        using var unrecorded = no_grad();
        // Tensor.normal_, not nn.init.normal_: TorchSharp 0.107 has the latter draw from the global generator.
        shared.weight!.normal_(0, 1, generator);
        encoder.Initialise(generator);
    }

    /// <summary>The sizes this encoder was built with.</summary>
    public T5Config Config { get; }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<T5Block> Blocks => encoder.Blocks;

    /// <summary>The last states [B, S, D]. Those of padding are computed too: it is the reader who masks them.</summary>
    /// <param name="ids">[B, S], int64, in [0, vocabulary).</param>
    /// <param name="mask">[B, S], of any number type or bool: 1 for a token, 0 for padding.</param>
    public override Tensor forward(Tensor ids, Tensor mask)
    {
        Shape.Check(ids, "B, S").And(mask, "B, S");
        return encoder.call(ids, mask);
    }
}
