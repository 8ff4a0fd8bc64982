// A scatter plot in WebGL 2: one draw call for the points, one more for those that stand out.

const VERTEX = `#version 300 es
in vec2 place;
in vec3 colour;
uniform vec2 centre, zoom;
uniform float size;
out vec3 tint;
void main() {
  gl_Position = vec4((place - centre) * zoom, 0.0, 1.0);
  gl_PointSize = size;
  tint = colour;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 tint;
uniform float alpha, rim;
uniform vec3 rimColour;
out vec4 shown;
void main() {
  float r = 2.0 * length(gl_PointCoord - 0.5);
  float edge = fwidth(r);
  float inside = 1.0 - smoothstep(1.0 - edge, 1.0, r);
  float border = rim > 0.0 ? smoothstep(rim - edge, rim, r) : 0.0;
  shown = vec4(mix(tint, rimColour, border), 1.0) * (inside * alpha);
}`;

function compiled(gl, kind, source) {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

const bytes = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

export class Scatter {
  // `places` holds x and y of each point in turn, `numbers` its category, `colours` those of the categories.
  // Null where the browser has no WebGL 2.
  static on(canvas, places, numbers, colours) {
    const gl = canvas.getContext("webgl2", { antialias: true, premultipliedAlpha: true, alpha: true });
    return gl && new Scatter(gl, canvas, places, numbers, colours);
  }

  constructor(gl, canvas, places, numbers, colours) {
    this.gl = gl;
    this.canvas = canvas;
    this.count = numbers.length;
    this.places = places;
    this.numbers = numbers;
    this.colours = colours;
    this.standing = new Uint32Array(0);
    this.dimmed = false;
    this.set();
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => { this.set(); this.draw(this.last); });
  }

  set() {
    const { gl } = this;
    const program = gl.createProgram();
    gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(program);
    gl.useProgram(program);
    this.at = (name) => gl.getUniformLocation(program, name);
    const table = this.colours.map(bytes);
    const tints = new Uint8Array(3 * this.count);
    this.numbers.forEach((number, point) => tints.set(table[number], 3 * point));
    for (const [name, data, width, type, normalised] of [["place", this.places, 2, gl.FLOAT, false], ["colour", tints, 3, gl.UNSIGNED_BYTE, true]]) {
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      const where = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(where);
      gl.vertexAttribPointer(where, width, type, normalised, 0, 0);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.highlight(this.standing, this.dimmed);
  }

  // Lets some points stand out; `dimmed` takes the others back.
  highlight(points, dimmed) {
    this.standing = Uint32Array.from(points);
    this.dimmed = dimmed;
    this.gl.bufferData(this.gl.ELEMENT_ARRAY_BUFFER, this.standing, this.gl.DYNAMIC_DRAW);
  }

  // `view` has the centre and the scale in CSS pixels per unit.
  draw(view) {
    const { gl, canvas } = this;
    this.last = view;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.at("centre"), view.x, view.y);
    gl.uniform2f(this.at("zoom"), (2 * view.scale) / canvas.clientWidth, (-2 * view.scale) / canvas.clientHeight);
    const size = this.pointSize(view);
    gl.uniform1f(this.at("size"), size * ratio);
    gl.uniform1f(this.at("alpha"), this.dimmed ? 0.35 : 0.9);
    gl.uniform1f(this.at("rim"), 0);
    gl.drawArrays(gl.POINTS, 0, this.count);
    if (!this.standing.length) return;
    const ink = bytes(getComputedStyle(canvas).getPropertyValue("--ink").trim());
    gl.uniform3f(this.at("rimColour"), ...ink.map((part) => part / 255));
    gl.uniform1f(this.at("size"), Math.max(size + 5, 10) * ratio);
    gl.uniform1f(this.at("alpha"), 1);
    gl.uniform1f(this.at("rim"), 0.72);
    gl.drawElements(gl.POINTS, this.standing.length, gl.UNSIGNED_INT, 0);
  }

  // CSS pixels: larger the fewer points there are and the nearer one looks.
  pointSize(view) {
    const fitted = Math.min(this.canvas.clientWidth, this.canvas.clientHeight) / 2;
    return Math.min(Math.max((230 / Math.sqrt(this.count)) * Math.sqrt(view.scale / fitted), 2.5), 26);
  }
}
