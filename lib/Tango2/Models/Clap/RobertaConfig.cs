namespace Tango2.Models;

/// <summary>Sizes of a RoBERTa text encoder, named as in its config.json.</summary>
public sealed record RobertaConfig
{
    /// <summary>Rows of the token embedding.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width D of the hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of layers.</summary>
    public required int NumHiddenLayers { get; init; }

    /// <summary>Attention heads per layer.</summary>
    public required int NumAttentionHeads { get; init; }

    /// <summary>Width of the hidden layer of the feed-forward part.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Rows of the position embedding; the first PadTokenId + 1 are reserved.</summary>
    public required int MaxPositionEmbeddings { get; init; }

    /// <summary>Id of the padding token; the first token's position is this plus one.</summary>
    public int PadTokenId { get; init; } = 1;

    /// <summary>Id of the token that begins a text.</summary>
    public int BosTokenId { get; init; }

    /// <summary>Id of the token that ends a text.</summary>
    public int EosTokenId { get; init; } = 2;

    /// <summary>Rows of the token type embedding, of which the first is used.</summary>
    public int TypeVocabSize { get; init; } = 1;

    /// <summary>Epsilon of the layer normalisations.</summary>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>Activation of the feed-forward part; only "gelu" is known.</summary>
    public string HiddenAct { get; init; } = "gelu";

    /// <summary>Dropout of hidden states, in training.</summary>
    public double HiddenDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout of attention weights, in training.</summary>
    public double AttentionProbsDropoutProb { get; init; } = 0.1;

    /// <summary>Standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;
}
