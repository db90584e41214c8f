import HomeAssistant
import Testing
