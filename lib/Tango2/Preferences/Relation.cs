namespace Tango2.Preferences;

/// <summary>What a caption says of the order of two events.</summary>
internal enum Relation
{
    /// <summary>Left first, the right one in any form: "then".</summary>
    Then,

    /// <summary>Left first, the right one a noun or gerund: "followed by".</summary>
    FollowedBy,

    /// <summary>Left first: "before".</summary>
    Before,

    /// <summary>Right first: "after", "following".</summary>
    After,

    /// <summary>Together: "while", "as".</summary>
    While,

    /// <summary>No order told: "and", "with".</summary>
    And,
}
