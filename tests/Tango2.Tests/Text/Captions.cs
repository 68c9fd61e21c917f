namespace Tango2.Tests.Text;

/// <summary>A few captions of AudioCaps (Kim et al., NAACL 2019), quoted as examples, and texts in other scripts.</summary>
internal static class Captions
{
    public static readonly string[] English =
    [
        "A woman breathing heavily then talking alongside camera muffling",
        "A car driving quickly down a road followed by speaking",
        "High pitched vibrations and humming of a passing engine",
        "A machine is making clicking sound as people talk in the background",
        "A toy train running as a young boy talks followed by plastic clanking then a child laughing",
    ];

    public static readonly string[] Others =
    [
        "犬が吠えてから雨が降る", "собака лает, затем идёт дождь", "un chien aboie, puis il pleut à verse", "كلب ينبح",
        "🐕 woofs 👨‍👩‍👧", "tab\tand\nline", "\u0000\uD800 lone half", "   ", "e\u0301", "<pad></s><unk> ▁ ▁",
    ];
}
