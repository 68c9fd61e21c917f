namespace Tango2.Display;

/// <summary>Several things side by side, each with a caption below it.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class Row : Shown
{
    private readonly (string Caption, object Item)[] _items;

    /// <summary>Figures, players, tables or text, without captions.</summary>
    public Row(params object[] items) => _items = [.. items.Select(item => ("", item))];

    /// <summary>The same with captions.</summary>
    public Row(params (string Caption, object Item)[] items) => _items = items;

    /// <inheritdoc/>
    public override string ToHtml() =>
        $"""<div style="display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start">{string.Concat(_items.Select(Cell))}</div>""";

    /// <inheritdoc/>
    public override string ToString() => string.Join(" | ", _items.Select(item => $"{item.Caption} {item.Item}".Trim()));

    private static string Cell((string Caption, object Item) item)
    {
        var html = item.Item is Shown shown ? shown.ToHtml(item.Caption) : Escaped(item.Item.ToString() ?? "");
        var caption = item.Caption.Length == 0 ? "" : $"<div style=\"font-size:0.85em;max-width:32em\">{Escaped(item.Caption)}</div>";
        return $"""<div style="flex:0 1 auto;min-width:0">{html}{caption}</div>""";
    }
}
