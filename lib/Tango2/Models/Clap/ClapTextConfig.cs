namespace Tango2.Models;

/// <summary>The text_cfg of a LAION-CLAP configuration; with RoBERTa only the lengths and the type count.</summary>
public sealed record ClapTextConfig
{
    /// <summary>Tokens that captions are padded or cut to.</summary>
    public int ContextLength { get; init; } = 77;

    /// <summary>Vocabulary of the CLIP text transformer, which RoBERTa replaces.</summary>
    public int VocabSize { get; init; } = 49408;

    /// <summary>Width of the CLIP text transformer, which RoBERTa replaces.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Heads of the CLIP text transformer, which RoBERTa replaces.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Layers of the CLIP text transformer, which RoBERTa replaces.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The text network; only "roberta" is known.</summary>
    public string ModelType { get; init; } = "roberta";
}
