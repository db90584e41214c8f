import StatusTool
import Testing
