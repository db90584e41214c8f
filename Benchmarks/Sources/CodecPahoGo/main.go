// Encodes or decodes a PUBLISH with 256 bytes of payload by Eclipse Paho's package for Go, which
// knows MQTT 3.1.1: CodecPahoGo encode|decode 4 COUNT
package main

import (
	"bytes"
	"os"
	"strconv"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

func main() {
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		panic(err)
	}
	publish := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	publish.TopicName = "godwit/barn/meter-1"
	publish.Payload = bytes.Repeat([]byte{'.'}, 256)
	publish.Qos = 1
	publish.MessageID = 1
	var output bytes.Buffer
	if err := publish.Write(&output); err != nil || output.Len() != 282 {
		panic("the packet is not of 282 bytes")
	}
	switch os.Args[1] {
	case "encode":
		for round := 0; round < count; round++ {
			publish.MessageID = uint16(round) | 1
			output.Reset()
			if err := publish.Write(&output); err != nil {
				panic(err)
			}
		}
	case "decode":
		input := bytes.NewReader(nil)
		for round := 0; round < count; round++ {
			input.Reset(output.Bytes())
			packet, err := packets.ReadPacket(input)
			if err != nil || len(packet.(*packets.PublishPacket).Payload) != 256 {
				panic("the packet cannot be read")
			}
		}
	}
}
