using System.Text.Json;
using System.Text.Json.Nodes;
using Tango2.Files;

namespace Tango2.Models;

/// <summary>The sizes of a T5 v1.1 encoder, in the words of its config.json, without the decoder's and the tokenizer's.</summary>
[Unread(
    "architectures", "bos_token_id", "decoder_start_token_id", "dense_act_fn", "eos_token_id", "initializer_factor",
    "is_encoder_decoder", "is_gated_act", "model_type", "n_positions", "num_decoder_layers", "output_past",
    "pad_token_id", "task_specific_params", "tie_word_embeddings", "torch_dtype", "transformers_version",
    "use_cache", "classifier_dropout", "gradient_checkpointing", "tokenizer_class")]
public sealed record T5Config
{
    /// <summary>How many pieces the embedding knows.</summary>
    public required long VocabSize { get; init; }

    /// <summary>Width of the states, D.</summary>
    public required long DModel { get; init; }

    /// <summary>Width of one head; heads times this may differ from <see cref="DModel"/>.</summary>
    public required long DKv { get; init; }

    /// <summary>Width inside the feed-forward layers.</summary>
    public required long DFf { get; init; }

    /// <summary>Blocks of the encoder.</summary>
    public required int NumLayers { get; init; }

    /// <summary>Heads of each attention, H.</summary>
    public required long NumHeads { get; init; }

    /// <summary>Buckets of relative positions; half of them look back, half ahead.</summary>
    public long RelativeAttentionNumBuckets { get; init; } = 32;

    /// <summary>The distance in tokens from which on all positions share the last bucket.</summary>
    public long RelativeAttentionMaxDistance { get; init; } = 128;

    /// <summary>Share of the values dropped in training; 0 in evaluation.</summary>
    public double DropoutRate { get; init; } = 0.1;

    /// <summary>What is added to the mean square in the layer norm.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-6;

    /// <summary>The feed-forward layer; only "gated-gelu" (T5 v1.1, FLAN-T5) is built.</summary>
    public string FeedForwardProj { get; init; } = "gated-gelu";

    /// <summary>google/flan-t5-large, the text encoder of Tango and Tango 2.</summary>
    public static T5Config FlanT5Large { get; } = new()
    {
        VocabSize = 32128,
        DModel = 1024,
        DKv = 64,
        DFf = 2816,
        NumLayers = 24,
        NumHeads = 16,
    };

    /// <summary>Reads a transformers config.json; keys of the decoder and book-keeping keys are ignored.</summary>
    /// <param name="json">The file's text.</param>
    /// <exception cref="InvalidDataException">A key is missing, misspelt or unknown, or the encoder is no gated one.</exception>
    public static T5Config FromJson(string json)
    {
        try
        {
            var fields = JsonNode.Parse(json) as JsonObject
                ?? throw new InvalidDataException("A T5 config must be a JSON object, but is another value.");
            foreach (var key in fields.Select(f => f.Key).Where(k => k.StartsWith('_')).ToArray()) fields.Remove(key);
            var config = fields.Deserialize<T5Config>(ConfigJson.Strict)!;
            if (config.FeedForwardProj != "gated-gelu")
                throw new InvalidDataException(
                    $"feed_forward_proj must be gated-gelu, but is {config.FeedForwardProj}: use a T5 v1.1 or FLAN-T5 model.");
            return config;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The T5 config was not understood: {e.Message}", e);
        }
    }
}
