namespace Tango2.Preferences;

/// <summary>The four conditions of the filter.</summary>
public enum FilterCondition
{
    /// <summary>winner ≥ α.</summary>
    Winner,

    /// <summary>loser ≥ β.</summary>
    Loser,

    /// <summary>winner &gt; loser.</summary>
    Order,

    /// <summary>Δmin ≤ winner − loser ≤ Δmax.</summary>
    Delta,
}
