using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Components.Keys.Delete;

/// <summary>Takes a key and its usage away for good. Unlike revoking it is never urgent, so it asks for the key's name.</summary>
public sealed partial class DeleteKeyDialog
{
    [Parameter, EditorRequired]
    public ApiKeyView Key { get; set; } = null!;

    /// <summary>What it answers is an error, or null when it is done.</summary>
    [Parameter, EditorRequired]
    public Func<Task<Error?>> Delete { get; set; } = null!;

    private string Typed { get; set; } = "";

    private bool IsTouched => Typed.Length > 0;

    /// <summary>The name; of a name that can't be seen, the prefix.</summary>
    private string ToType => FoldedText.IsVisible(Key.Name) ? Key.Name : Key.KeyPrefix;

    private bool IsConfirmed => string.Equals(FoldedText.AsSeen(Typed), FoldedText.AsSeen(ToType), StringComparison.Ordinal);

    private Task DeleteAsync() => IsConfirmed ? ActAsync(Delete) : Task.CompletedTask;
}
