"""What is timed: for each kind of case a step, the number of parameters, and nothing else."""
import torch

import networks
from checkout import module
from preference import Preference


def build(case):
    """The step of a case, and how many parameters it works on."""
    return _KINDS[case["kind"]](case)


def _unet(case):
    network = networks.unet(case["unet"]).eval()
    latents, states = torch.randn(*case["latents"]), torch.randn(*case["states"])
    mask, timesteps = torch.ones(*case["states"][:2], dtype=torch.bool), torch.randint(0, 1000, case["latents"][:1])
    return lambda: network(latents, timesteps, states, encoder_attention_mask=mask).sample, networks.count(network)


def _vae_encode(case):
    network, mel = networks.vae(case["vae"]), torch.randn(*case["input"])
    return lambda: network.get_first_stage_encoding(network.encode_first_stage(mel)), networks.count(network)


def _vae_decode(case):
    network, latents = networks.vae(case["vae"]), torch.randn(*case["input"])
    return lambda: network.decode_first_stage(latents), networks.count(network)


def _vocoder(case):
    network, mel = networks.vocoder(case["vocoder"]), torch.randn(*case["input"])
    return lambda: network(mel), networks.count(network)


def _mel(case):
    stft, waveform = networks.spectrogram(case["mel"]), torch.rand(*case["input"]) * 1.8 - 0.9
    return lambda: stft.mel_spectrogram(waveform)[0].transpose(1, 2).unsqueeze(1), 0


def _text(case):
    network, ids = networks.text_encoder(case["text"]), torch.randint(1, case["text"]["vocab_size"], case["input"])
    mask = torch.ones_like(ids)
    return lambda: network(input_ids=ids, attention_mask=mask)[0], networks.count(network)


def _clap_audio(case):
    network, sound = networks.clap(case["clap"]), torch.rand(*case["input"]) * 1.8 - 0.9
    return lambda: network.get_audio_embedding([{"waveform": row} for row in sound]), networks.count(network)


def _clap_text(case):
    network = networks.clap(case["clap"])
    ids = torch.randint(3, case["clap"]["roberta"]["vocab_size"], case["input"])
    text = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    return lambda: network.get_text_embedding(dict(text)), networks.count(network)


def _adamw(case):
    network = networks.unet(case["unet"])
    for parameter in network.parameters():
        parameter.grad = torch.randn_like(parameter)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-6, weight_decay=1e-2)

    def step():
        with torch.enable_grad():
            optimizer.step()

    return step, networks.count(network)


def _load(case):
    network = networks.unet(case["unet"])
    torch.save(network.state_dict(), case["file"])
    return lambda: network.load_state_dict(torch.load(case["file"], map_location="cpu")), networks.count(network)


def _dpo(case):
    preference = Preference(case)

    def step():
        with torch.enable_grad():
            return preference()

    return step, preference.parameters


_KINDS = {
    "unet": _unet, "vae-encode": _vae_encode, "vae-decode": _vae_decode, "vocoder": _vocoder, "mel": _mel,
    "text": _text, "clap-audio": _clap_audio, "clap-text": _clap_text, "adamw": _adamw, "load": _load, "dpo": _dpo,
}
