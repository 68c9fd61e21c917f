"""One step of preference training, in the order of the reference's training script and by its own functions."""
import types

import torch

import networks
from checkout import module


class Preference:
    """Holds the networks; a call makes one step: sound files to latents, prompts to states, loss, update."""

    def __init__(self, case):
        mel = case["mel"]
        self.tools = module("tools.torch_tools")
        self.files = case["winners"], case["losers"]
        self.samples, self.frames = mel["clip_samples"], mel["clip_samples"] // mel["hop_length"]
        self.stft = networks.spectrogram(mel)
        self.vae = networks.vae(case["vae"])
        self.model = self._model(case)
        self.reference = networks.unet(case["unet"]).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.model.unet.parameters(), lr=1e-6, betas=(0.9, 0.999), weight_decay=1e-2, eps=1e-8)
        self.rate = module("transformers").get_scheduler(
            name="linear", optimizer=self.optimizer, num_warmup_steps=0, num_training_steps=100_000)
        self.parameters = networks.count(self.vae, self.model.text_encoder, self.model.unet)

    def __call__(self):
        with torch.no_grad():
            winners, losers = (self._latents(files) for files in self.files)
        prompts = [""] * len(self.files[0])
        loss = self.model(torch.cat((winners, losers), dim=0), prompts, self.reference, sft=False)
        loss.backward()
        self.optimizer.step()
        self.rate.step()
        self.optimizer.zero_grad()
        float(loss)
        return loss.detach()

    def _latents(self, files):
        waves = torch.cat([self.tools.read_wav_file(file, self.samples) for file in files])
        mel = self.tools.get_mel_from_wav(waves, self.stft)[0].transpose(1, 2)
        mel = self.tools._pad_spec(mel, self.frames).unsqueeze(1)
        return self.vae.get_first_stage_encoding(self.vae.encode_first_stage(mel))

    @staticmethod
    def _model(case):
        """The reference's model object with networks of our sizes; its constructor would download them."""
        transformers = module("transformers")
        for unused in ("AutoTokenizer", "CLIPTokenizer", "CLIPTextModel", "AutoModel"):
            setattr(transformers, unused, None)  # imported by name only; some need further packages
        kind = module("models").DPOAudioDiffusion
        model = kind.__new__(kind)
        torch.nn.Module.__init__(model)
        model.noise_scheduler = networks.schedule()
        model.unet = networks.unet(case["unet"])
        model.text_encoder = networks.text_encoder(case["text"]).requires_grad_(False)
        ids = torch.randint(1, case["text"]["vocab_size"], (len(case["winners"]), case["tokens"]))
        tokens = types.SimpleNamespace(input_ids=ids, attention_mask=torch.ones_like(ids))
        model.tokenizer = _Tokens(tokens)
        model.set_from, model.snr_gamma, model.beta_dpo = "random", None, case["beta"]
        model.freeze_text_encoder, model.uncondition = True, False
        return model.train()


class _Tokens:
    """In place of the tokenizer: token ids that are ready, on both sides of the comparison."""

    model_max_length = 512

    def __init__(self, tokens):
        self.tokens = tokens

    def __call__(self, *_, **__):
        return self.tokens
