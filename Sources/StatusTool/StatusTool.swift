/// `godwit status`: shows how a running gateway does.
public enum StatusTool {}
