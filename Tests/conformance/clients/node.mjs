// One socket of Node's own, on standard input and output; pipe.py says how.

import { createInterface } from "node:readline";

const socket = new WebSocket(process.argv[2], "chat.v1");

socket.onopen = () => {
  console.log(`${socket.protocol} ${socket.extensions}`);
  createInterface({ input: process.stdin })
    .on("line", (line) => socket.send(line))
    .on("close", () => socket.close(1000));
};
socket.onmessage = ({ data }) => console.log(data);
socket.onclose = ({ code }) => process.exit(code === 1000 ? 0 : 1);
