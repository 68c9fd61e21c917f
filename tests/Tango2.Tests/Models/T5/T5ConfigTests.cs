using Tango2.Models;

namespace Tango2.Tests.Models;

public class T5ConfigTests
{
    private const string FlanT5Large = """
        {
          "architectures": ["T5ForConditionalGeneration"], "d_ff": 2816, "d_kv": 64, "d_model": 1024,
          "decoder_start_token_id": 0, "dropout_rate": 0.1, "eos_token_id": 1, "feed_forward_proj": "gated-gelu",
          "initializer_factor": 1.0, "is_encoder_decoder": true, "layer_norm_epsilon": 1e-06, "model_type": "t5",
          "n_positions": 512, "num_decoder_layers": 24, "num_heads": 16, "num_layers": 24, "output_past": true,
          "pad_token_id": 0, "relative_attention_max_distance": 128, "relative_attention_num_buckets": 32,
          "tie_word_embeddings": false, "transformers_version": "4.23.1", "use_cache": true, "vocab_size": 32128,
          "_name_or_path": "flan"
        }
        """;

    [Fact]
    public void The_published_config_is_the_named_instance() =>
        Assert.Equal(T5Config.FlanT5Large, T5Config.FromJson(FlanT5Large));

    [Fact]
    public void An_unknown_key_is_named() =>
        Assert.Contains("num_headz", Refusal(FlanT5Large.Replace("\"num_heads\"", "\"num_headz\"")));

    [Fact]
    public void A_missing_key_is_named() => Assert.Contains("d_kv", Refusal(FlanT5Large.Replace("\"d_kv\": 64, ", "")));

    [Fact]
    public void An_ungated_feed_forward_layer_is_refused() =>
        Assert.Contains("must be gated-gelu, but is relu", Refusal(FlanT5Large.Replace("gated-gelu", "relu")));

    [Fact]
    public void What_is_no_object_is_refused()
    {
        Assert.Contains("JSON object", Refusal("[1]"));
        Assert.Contains("not understood", Refusal("{"));
    }

    private static string Refusal(string json) =>
        Assert.Throws<InvalidDataException>(() => T5Config.FromJson(json)).Message;
}
